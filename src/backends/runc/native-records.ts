import type { Container, ContainerFacts } from "../../model/container.ts";
import type { ContainerId, PodSandboxId } from "../../model/ids.ts";
import type { PodSandbox, PodSandboxFacts } from "../../model/pod-sandbox.ts";
import type { ContainerRecord, SandboxRecord } from "../backend.ts";
import type { EventOutlet } from "../event-outlet.ts";

/** A sandbox as it lies on the disk. */
export interface NativeSandbox {
  readonly id: PodSandboxId;
  readonly sandbox: PodSandbox;
  readonly facts: PodSandboxFacts;
}

/** A container as it lies on the disk. */
export interface NativeContainer {
  readonly id: ContainerId;
  readonly container: Container;
  readonly facts: ContainerFacts;
  /** The handler of the runtime that made it and must end it. */
  readonly handler: string;
  /** Clock ticks since boot at which the first process began: its number may be given anew. Empty before. */
  readonly startTime: string;
  readonly conmonPid: number;
  /** Why it can never start, in the runtime's words; empty for one that may. */
  readonly refusal: string;
}

/** The part of state/ that records need. */
export interface RecordFiles<Value> {
  load(): Promise<readonly Value[]>;
  put(value: Value, durable: boolean): Promise<void>;
  remove(id: string): Promise<void>;
}

export interface NativeRecordsOptions {
  readonly sandboxFiles: RecordFiles<NativeSandbox>;
  readonly containerFiles: RecordFiles<NativeContainer>;
  readonly outlet: EventOutlet;
}

/** All that this engine has, in memory and on the disk; each change is told as an event. */
export class NativeRecords {
  readonly #options: NativeRecordsOptions;
  readonly #sandboxes = new Map<string, NativeSandbox>();
  readonly #containers = new Map<string, NativeContainer>();
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(options: NativeRecordsOptions) {
    this.#options = options;
  }

  /** Reads what earlier processes wrote. */
  async load(): Promise<void> {
    const { sandboxFiles, containerFiles } = this.#options;
    for (const record of await sandboxFiles.load()) this.#sandboxes.set(record.id, record);
    for (const record of await containerFiles.load()) this.#containers.set(record.id, record);
  }

  sandboxes(): readonly NativeSandbox[] {
    return [...this.#sandboxes.values()];
  }

  containers(): readonly NativeContainer[] {
    return [...this.#containers.values()];
  }

  sandbox(id: string): NativeSandbox | undefined {
    return this.#sandboxes.get(id);
  }

  container(id: string): NativeContainer | undefined {
    return this.#containers.get(id);
  }

  /** Records a sandbox. Throws ResourceExhausted when the disk is full: the old record then stays. */
  async putSandbox(record: NativeSandbox): Promise<SandboxRecord> {
    await this.#options.sandboxFiles.put(record, true);
    this.#sandboxes.set(record.id, record);
    const shown = { sandbox: record.sandbox, facts: record.facts };
    this.#options.outlet.push({ type: "sandbox", record: shown });
    return shown;
  }

  /** Records a container. Throws as putSandbox. */
  async putContainer(record: NativeContainer): Promise<ContainerRecord> {
    await this.#options.containerFiles.put(record, true);
    return this.#show(record);
  }

  /** Records what was seen and can be seen again: the disk follows when it can. */
  noteContainer(record: NativeContainer): ContainerRecord {
    // Whoever reads it after a crash looks at the process anew.
    this.#options.containerFiles.put(record, false).catch(() => undefined);
    return this.#show(record);
  }

  async removeSandbox(id: string): Promise<void> {
    await this.#options.sandboxFiles.remove(id);
    if (this.#sandboxes.delete(id)) this.#options.outlet.push({ type: "gone", id });
  }

  async removeContainer(id: string): Promise<void> {
    await this.#options.containerFiles.remove(id);
    if (this.#containers.delete(id)) this.#options.outlet.push({ type: "gone", id });
    this.#wake(id);
  }

  /** Resolves when a container's record has changed. Rejects when the signal aborts. */
  async changed(id: string, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(id) ?? new Set();
    const leave = (): void => reject(signal.reason);
    this.#waiting.set(id, waiting.add(resolve));
    signal.addEventListener("abort", leave, { once: true });
    if (signal.aborted) leave();
    try {
      await promise;
    } finally {
      signal.removeEventListener("abort", leave);
      waiting.delete(resolve);
      if (waiting.size === 0 && this.#waiting.get(id) === waiting) this.#waiting.delete(id);
    }
  }

  #show(record: NativeContainer): ContainerRecord {
    this.#containers.set(record.id, record);
    const shown = { container: record.container, facts: record.facts };
    this.#options.outlet.push({ type: "container", record: shown });
    this.#wake(record.id);
    return shown;
  }

  #wake(id: string): void {
    for (const wake of this.#waiting.get(id) ?? []) wake();
  }
}
