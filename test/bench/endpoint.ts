import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { CriClient } from "../../src/client/cri-client.ts";

const call = { timeoutMillis: 240_000 };

export interface BenchPod {
  readonly sandboxId: string;
  readonly containerId: string;
}

/** A CRI endpoint under measurement, and what the kubelet does with it. */
export class BenchEndpoint implements Disposable {
  readonly name: string;
  readonly socket: string;
  readonly client: CriClient;
  readonly #image: string;
  readonly #logFolder: string;

  constructor(options: {
    readonly name: string;
    readonly socket: string;
    readonly image: string;
    readonly folder: string;
  }) {
    this.name = options.name;
    this.socket = options.socket;
    this.client = new CriClient(options.socket);
    this.#image = options.image;
    this.#logFolder = join(options.folder, "logs", options.name);
  }

  async pull(): Promise<void> {
    await this.client.image("PullImage", { image: { image: this.#image } }, call);
  }

  /** RunPodSandbox, CreateContainer, StartContainer, as a kubelet asks for them. */
  async startPod(name: string, command: readonly string[] = ["sleep", "3600"]): Promise<BenchPod> {
    const logDirectory = join(this.#logFolder, name);
    mkdirSync(logDirectory, { recursive: true });
    const config = {
      metadata: { name, uid: `bench-${this.name}-${name}`, namespace: "bench", attempt: 0 },
      hostname: name.slice(0, 60),
      logDirectory,
      dnsConfig: { servers: ["127.0.0.1"], searches: [], options: [] },
      labels: { "io.kubernetes.pod.name": name, "io.kubernetes.pod.namespace": "bench" },
      linux: {
        securityContext: {
          namespaceOptions: {
            network: "POD" as const,
            pid: "CONTAINER" as const,
            ipc: "POD" as const,
          },
        },
      },
    };
    const { podSandboxId } = await this.client.runtime("RunPodSandbox", { config }, call);
    const container = {
      metadata: { name: "main", attempt: 0 },
      image: { image: this.#image },
      command: [...command],
      logPath: "main.log",
      labels: { "io.kubernetes.container.name": "main" },
      linux: { securityContext: { namespaceOptions: { pid: "CONTAINER" as const } } },
    };
    const request = { podSandboxId, config: container, sandboxConfig: config };
    const { containerId } = await this.client.runtime("CreateContainer", request, call);
    await this.client.runtime("StartContainer", { containerId }, call);
    return { sandboxId: podSandboxId, containerId };
  }

  async stopPod({ sandboxId, containerId }: BenchPod): Promise<void> {
    await this.client.runtime("StopContainer", { containerId, timeout: 0 }, call);
    await this.client.runtime("StopPodSandbox", { podSandboxId: sandboxId }, call);
  }

  async removePod({ sandboxId, containerId }: BenchPod): Promise<void> {
    await this.client.runtime("RemoveContainer", { containerId }, call);
    await this.client.runtime("RemovePodSandbox", { podSandboxId: sandboxId }, call);
  }

  logFile(name: string): string {
    return join(this.#logFolder, name, "main.log");
  }

  [Symbol.dispose](): void {
    this.client.close();
  }
}
