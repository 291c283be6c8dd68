import { mkdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { CriClient } from "../../src/client/cri-client.ts";
import type { ContainerConfig } from "../../src/gen/runtime/v1/ContainerConfig.ts";
import type { ContainerStatusOutput } from "../../src/gen/runtime/v1/ContainerStatus.ts";
import type { PodSandboxOutput } from "../../src/gen/runtime/v1/PodSandbox.ts";
import type { PodSandboxConfig } from "../../src/gen/runtime/v1/PodSandboxConfig.ts";
import type { PodSandboxStatusOutput } from "../../src/gen/runtime/v1/PodSandboxStatus.ts";
import { eventually } from "../harness/eventually.ts";
import { faultsFolder } from "./place.ts";

/** The cgroup that all pods of a run have, since docker leaves it when they go; the runner removes it as a kubelet would. */
export const cgroupParent = `/${basename(faultsFolder())}`;

/** A sandbox and the configuration that it was asked for with. */
export interface FaultPod {
  readonly id: string;
  readonly config: PodSandboxConfig;
}

export interface PodsOptions {
  readonly client: CriClient;
  /** For log folders. */
  readonly folder: string;
  /** What containers run if not said otherwise. */
  readonly image: string;
}

const timeoutMillis = 60_000;
const namespaceOptions = { network: "POD", pid: "CONTAINER", ipc: "POD" } as const;

/** What a kubelet does with pods, in short calls. Each throws what the daemon answered. */
export class Pods {
  readonly #options: PodsOptions;

  constructor(options: PodsOptions) {
    this.#options = options;
  }

  /** The request for a pod of that name. */
  config(name: string, changes: PodSandboxConfig = {}): PodSandboxConfig {
    return {
      metadata: { name, uid: `uid-${name}`, namespace: "faults", attempt: 0 },
      hostname: name,
      logDirectory: join(this.#options.folder, "logs", name),
      labels: { "io.kubernetes.pod.uid": `uid-${name}` },
      linux: { cgroupParent, securityContext: { namespaceOptions } },
      ...changes,
    };
  }

  /** The request for a container of that name, which sleeps. */
  containerConfig(name: string, changes: ContainerConfig = {}): ContainerConfig {
    return {
      metadata: { name, attempt: 0 },
      image: { image: this.#options.image },
      command: ["sleep", "1000000"],
      labels: { "io.kubernetes.container.name": name },
      logPath: `${name}/0.log`,
      linux: { securityContext: { namespaceOptions } },
      ...changes,
    };
  }

  /** Asks for a sandbox. The same name again is a retry of the same request. */
  async run(
    name: string,
    changes: PodSandboxConfig = {},
    millis = timeoutMillis,
  ): Promise<FaultPod> {
    const config = this.config(name, changes);
    const { podSandboxId: id } = await this.#options.client.runtime(
      "RunPodSandbox",
      { config },
      { timeoutMillis: millis },
    );
    return { id, config };
  }

  /** Asks for a container; returns its id. */
  async createContainer(
    pod: FaultPod,
    name: string,
    changes: ContainerConfig = {},
  ): Promise<string> {
    const config = this.containerConfig(name, changes);
    const logFile = join(pod.config.logDirectory ?? "", config.logPath ?? "");
    await mkdir(dirname(logFile), { recursive: true });
    const request = { podSandboxId: pod.id, config, sandboxConfig: pod.config };
    const { containerId } = await this.#options.client.runtime("CreateContainer", request, {
      timeoutMillis,
    });
    return containerId;
  }

  /** Starts a container that is there. */
  async start(containerId: string): Promise<void> {
    await this.#options.client.runtime("StartContainer", { containerId }, { timeoutMillis });
  }

  /** Makes and starts a container; returns its id. */
  async startContainer(
    pod: FaultPod,
    name: string,
    changes: ContainerConfig = {},
  ): Promise<string> {
    const id = await this.createContainer(pod, name, changes);
    await this.start(id);
    return id;
  }

  async stopContainer(containerId: string, graceSeconds = 0): Promise<void> {
    const request = { containerId, timeout: graceSeconds };
    await this.#options.client.runtime("StopContainer", request, { timeoutMillis });
  }

  async stop(podSandboxId: string): Promise<void> {
    await this.#options.client.runtime("StopPodSandbox", { podSandboxId }, { timeoutMillis });
  }

  /** Stops and removes a sandbox as a kubelet does. */
  async remove(podSandboxId: string): Promise<void> {
    await this.stop(podSandboxId);
    await this.#options.client.runtime("RemovePodSandbox", { podSandboxId }, { timeoutMillis });
  }

  /** The sandboxes of that name, ready or not; of all names without one. */
  async list(name?: string): Promise<readonly PodSandboxOutput[]> {
    const labelSelector: Record<string, string> =
      name === undefined ? {} : { "io.kubernetes.pod.uid": `uid-${name}` };
    const request = { filter: { labelSelector } };
    const { items } = await this.#options.client.runtime("ListPodSandbox", request, {
      timeoutMillis: 10_000,
    });
    return items;
  }

  /** Waits until lists are answered: after a start of the daemon the engine may not have been read yet. */
  async listed(name?: string): Promise<readonly PodSandboxOutput[]> {
    return await eventually("a list of sandboxes", () => this.list(name));
  }

  async status(podSandboxId: string): Promise<PodSandboxStatusOutput> {
    const { status } = await this.#options.client.runtime(
      "PodSandboxStatus",
      { podSandboxId },
      { timeoutMillis: 10_000 },
    );
    if (status === null) throw new Error("PodSandboxStatus without a status");
    return status;
  }

  async containerStatus(containerId: string): Promise<ContainerStatusOutput> {
    const { status } = await this.#options.client.runtime(
      "ContainerStatus",
      { containerId },
      { timeoutMillis: 10_000 },
    );
    if (status === null) throw new Error("ContainerStatus without a status");
    return status;
  }

  /** Runs a command in a container and returns its stdout; throws when it fails. */
  async exec(containerId: string, ...cmd: readonly string[]): Promise<string> {
    const answer = await this.#options.client.runtime(
      "ExecSync",
      { containerId, cmd: [...cmd], timeout: 30 },
      { timeoutMillis },
    );
    if (answer.exitCode !== 0) throw new Error(`${cmd.join(" ")}: ${answer.stderr.toString()}`);
    return answer.stdout.toString().trimEnd();
  }

  /** The condition RuntimeReady, and why if it is not. */
  async runtimeReady(): Promise<{ readonly status: boolean; readonly reason: string }> {
    const { status } = await this.#options.client.runtime("Status", {}, { timeoutMillis: 10_000 });
    const ready = status?.conditions.find(({ type }) => type === "RuntimeReady");
    return { status: ready?.status ?? false, reason: ready?.reason ?? "not told" };
  }

  async pull(image: string): Promise<void> {
    await this.#options.client.image("PullImage", { image: { image } }, { timeoutMillis });
  }
}
