import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Client, credentials } from "@grpc/grpc-js";
import { CriClient } from "../../src/client/cri-client.ts";

const call = { timeoutMillis: 240_000 };

export interface BenchPod {
  readonly sandboxId: string;
  readonly containerId: string;
}

/** Whatever makes pods: a CRI endpoint, or an engine without one. */
export interface PodMaker {
  readonly name: string;
  startPod(name: string, command: readonly string[]): Promise<BenchPod>;
  stopPod(pod: BenchPod): Promise<void>;
  removePod(pod: BenchPod): Promise<void>;
}

interface EndpointOptions {
  readonly name: string;
  readonly socket: string;
  readonly image: string;
  readonly folder: string;
  readonly cgroupParent: string;
}

/** A CRI endpoint under measurement, and what the kubelet does with it. */
export class BenchEndpoint implements PodMaker, Disposable {
  readonly name: string;
  readonly socket: string;
  readonly client: CriClient;
  readonly #bytes: Client;
  readonly #options: EndpointOptions;

  constructor(options: EndpointOptions) {
    this.name = options.name;
    this.socket = options.socket;
    this.client = new CriClient(options.socket);
    this.#bytes = new Client(`unix:${options.socket}`, credentials.createInsecure());
    this.#options = options;
  }

  /** The test image is there afterwards. */
  async pull(): Promise<void> {
    const image = { image: this.#options.image };
    const { image: present } = await this.client.image("ImageStatus", { image }, call);
    if (present === null) await this.client.image("PullImage", { image }, call);
  }

  /** Calls an RPC with a request of one string field (or none) and takes the answer's bytes unread: reading is the client's time. */
  bytes(name: string, field = ""): Promise<Buffer> {
    const text = Buffer.from(field);
    const request =
      text.length === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.from([10, text.length]), text]);
    const whole = (bytes: Buffer): Buffer => bytes;
    return new Promise((resolve, reject) => {
      this.#bytes.makeUnaryRequest(
        `/runtime.v1.RuntimeService/${name}`,
        whole,
        whole,
        request,
        (error, answer = Buffer.alloc(0)) => (error === null ? resolve(answer) : reject(error)),
      );
    });
  }

  /** RunPodSandbox, CreateContainer, StartContainer, as a kubelet asks for them. */
  async startPod(name: string, command: readonly string[]): Promise<BenchPod> {
    const config = this.#sandboxConfig(name);
    mkdirSync(config.logDirectory, { recursive: true });
    const { podSandboxId } = await this.client.runtime("RunPodSandbox", { config }, call);
    const containerId = await this.createContainer({ name, podSandboxId, command });
    await this.client.runtime("StartContainer", { containerId }, call);
    return { sandboxId: podSandboxId, containerId };
  }

  /** CreateContainer alone, in a pod of that name; `container` tells several of one pod apart. */
  async createContainer(wanted: {
    readonly name: string;
    readonly podSandboxId: string;
    readonly command: readonly string[];
    readonly container?: string;
  }): Promise<string> {
    const { name, podSandboxId, command, container = "main" } = wanted;
    const config = {
      metadata: { name: container, attempt: 0 },
      image: { image: this.#options.image },
      command: [...command],
      logPath: `${container}.log`,
      labels: {
        "io.kubernetes.container.name": container,
        "io.kubernetes.pod.name": name,
        "io.kubernetes.pod.namespace": "bench",
      },
      linux: { securityContext: { namespaceOptions: { pid: "CONTAINER" as const } } },
    };
    const request = { podSandboxId, config, sandboxConfig: this.#sandboxConfig(name) };
    return (await this.client.runtime("CreateContainer", request, call)).containerId;
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
    return join(this.#logDirectory(name), "main.log");
  }

  [Symbol.dispose](): void {
    this.client.close();
    this.#bytes.close();
  }

  #logDirectory(name: string): string {
    return join(this.#options.folder, "logs", this.name, name);
  }

  #sandboxConfig(name: string) {
    const network = { network: "POD", pid: "CONTAINER", ipc: "POD" } as const;
    return {
      metadata: { name, uid: `bench-${this.name}-${name}`, namespace: "bench", attempt: 0 },
      hostname: name.slice(0, 60),
      logDirectory: this.#logDirectory(name),
      dnsConfig: { servers: ["127.0.0.1"], searches: [], options: [] },
      labels: { "io.kubernetes.pod.name": name, "io.kubernetes.pod.namespace": "bench" },
      linux: {
        cgroupParent: this.#options.cgroupParent,
        securityContext: { namespaceOptions: network },
      },
    };
  }
}
