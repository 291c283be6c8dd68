import { randomBytes } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type PinnedNamespace, pinNamespaces, unpinNamespaces } from "../../host/namespace-pins.ts";
import { mountShm, unmount } from "../../host/overlay-mount.ts";
import { Rollback } from "../../host/rollback.ts";
import { CriError } from "../../model/error.ts";
import { podSandboxId } from "../../model/ids.ts";
import { podSandboxName } from "../../model/object-names.ts";
import type { PodSandbox, PodSandboxConfig, PodSandboxFacts } from "../../model/pod-sandbox.ts";
import type { PodNetwork } from "../../network/pod-network.ts";
import type { SandboxBackend, SandboxRecord, SandboxRun } from "../backend.ts";
import { type NativeContext, runtimeOf } from "./native-context.ts";
import { writePodFiles } from "./pod-folder.ts";

export interface NativeSandboxesOptions {
  readonly context: NativeContext;
  readonly network: Pick<PodNetwork, "attach" | "detach" | "addresses">;
}

/** As dockershim gave. */
const shmBytes = 64 << 20;

/** Pods without a process of their own: their namespaces are mounted on files. */
export class NativeSandboxes implements SandboxBackend {
  readonly #context: NativeContext;
  readonly #network: NativeSandboxesOptions["network"];

  constructor({ context, network }: NativeSandboxesOptions) {
    this.#context = context;
    this.#network = network;
  }

  async run({ config, runtimeHandler }: SandboxRun, signal: AbortSignal): Promise<SandboxRecord> {
    const { log, clock, records, failpoint } = this.#context;
    runtimeOf(this.#context, runtimeHandler);
    refuse(config);
    await this.#removeLeftover(config, signal);
    const id = podSandboxId(randomBytes(32).toString("hex"));
    const sandbox: PodSandbox = {
      id,
      engine: "runc",
      runtimeHandler,
      createdAtNanos: clock.nowNanos(),
      config,
    };
    await using undo = new Rollback(log, () => undefined);
    undo.add("remove the pod's folder", (limit) => this.#removeFolder(id, limit));
    await this.#prepare(sandbox, signal);
    await failpoint("runc.sandbox.pinned");
    undo.add("disconnect the pod", (limit) => this.#disconnect(sandbox, limit));
    const ips = await this.#connect(sandbox, signal);
    await writePodFiles(this.#context.places.podFiles(id), config, ips);
    await failpoint("runc.sandbox.connected");
    const facts = { pid: 0, startedAtNanos: clock.nowNanos(), finishedAtNanos: 0n, ips };
    const record = await records.putSandbox({ id, sandbox, facts });
    undo.keep();
    return record;
  }

  async stop(sandbox: PodSandbox, signal: AbortSignal): Promise<PodSandboxFacts> {
    const { clock, records, failpoint } = this.#context;
    await this.#disconnect(sandbox, signal);
    await failpoint("runc.sandbox.disconnected");
    const record = records.sandbox(sandbox.id);
    const known = record?.facts ?? this.#goneFacts(sandbox);
    if (known.finishedAtNanos > 0n) return known;
    const facts = { ...known, pid: 0, finishedAtNanos: clock.nowNanos() };
    if (record !== undefined) await records.putSandbox({ ...record, facts });
    // Containers were ended before: nobody is left in the namespaces.
    await unpinNamespaces(this.#context.places.namespaces(sandbox.id), signal);
    return facts;
  }

  async remove(sandbox: PodSandbox, signal: AbortSignal): Promise<void> {
    await this.#disconnect(sandbox, signal);
    await this.#removeFolder(sandbox.id, signal);
    await this.#context.records.removeSandbox(sandbox.id);
  }

  /** Namespaces, /dev/shm. */
  async #prepare({ id, config }: PodSandbox, signal: AbortSignal): Promise<void> {
    const { places } = this.#context;
    const { network, ipc } = config.security.namespaces;
    const kinds: readonly PinnedNamespace[] = [
      ...(network === "NODE" ? [] : (["net", "uts"] as const)),
      ...(ipc === "NODE" ? [] : (["ipc"] as const)),
    ];
    const { hostname, sysctls } = config;
    const folder = places.namespaces(id);
    const shm = async (): Promise<void> => {
      if (ipc === "NODE") return;
      await mkdir(places.shm(id), { recursive: true, mode: 0o755 });
      await mountShm(places.shm(id), shmBytes, signal);
    };
    await Promise.all([pinNamespaces({ folder, kinds, hostname, sysctls }, signal), shm()]);
  }

  async #connect({ id, config }: PodSandbox, signal: AbortSignal): Promise<readonly string[]> {
    if (config.security.namespaces.network === "NODE") return [];
    const { metadata, portMappings, dns, annotations } = config;
    const netnsPath = join(this.#context.places.namespaces(id), "net");
    const request = { sandboxId: id, netnsPath, metadata, portMappings, dns, annotations };
    return (await this.#network.attach({ ...request, loopbackUp: true }, signal)).ips;
  }

  async #disconnect({ id, config }: PodSandbox, signal: AbortSignal): Promise<void> {
    if (config.security.namespaces.network === "NODE") return;
    await this.#network.detach(id, join(this.#context.places.namespaces(id), "net"), signal);
  }

  async #removeFolder(id: string, signal: AbortSignal): Promise<void> {
    const { places } = this.#context;
    await unpinNamespaces(places.namespaces(id), signal);
    await unmount(places.shm(id), signal);
    await rm(places.pod(id), { recursive: true, force: true });
  }

  /** What a run of the same pod left that nobody recorded as done. */
  async #removeLeftover({ metadata }: PodSandboxConfig, signal: AbortSignal): Promise<void> {
    const name = podSandboxName(metadata);
    for (const { sandbox } of this.#context.records.sandboxes())
      if (podSandboxName(sandbox.config.metadata) === name) await this.remove(sandbox, signal);
  }

  #goneFacts({ id, createdAtNanos }: PodSandbox): PodSandboxFacts {
    const ips = this.#network.addresses(id);
    return { pid: 0, startedAtNanos: createdAtNanos, finishedAtNanos: 0n, ips };
  }
}

function refuse({ security }: PodSandboxConfig): void {
  const { pid, user } = security.namespaces;
  if (pid === "POD")
    throw new CriError(
      "FailedPrecondition",
      "security.namespaces.pid: the native engine has no PID namespace of a pod yet; CONTAINER or NODE is right",
    );
  if (user?.mode === "POD")
    throw new CriError(
      "FailedPrecondition",
      "security.namespaces.user: the native engine has no user namespaces yet",
    );
}
