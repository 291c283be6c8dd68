import type { ContainerRecord, EngineResync, SandboxRecord } from "../backends/backend.ts";
import type { ContainerId, EngineName, PodSandboxId } from "../model/ids.ts";
import { containerName, podSandboxName } from "../model/object-names.ts";
import type { Clock, Log } from "../model/ports.ts";
import { mergeContainerFacts, mergeSandboxFacts } from "./facts.ts";
import { RecordTable, type Stored, type StoredFiles } from "./record-table.ts";

export interface LedgerOptions {
  readonly sandboxFiles: StoredFiles<Stored<SandboxRecord>>;
  readonly containerFiles: StoredFiles<Stored<ContainerRecord>>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The node's one truth about sandboxes and containers, in memory and on disk: what clients made is recorded before they are
 * told, what engines report is merged. Records are never changed, only replaced, so that a reader may keep one.
 */
export class Ledger {
  readonly sandboxes: RecordTable<SandboxRecord>;
  readonly containers: RecordTable<ContainerRecord>;
  readonly #containersOf = new Map<string, Set<ContainerId>>();

  constructor(options: LedgerOptions) {
    const { clock, log } = options;
    this.sandboxes = new RecordTable({
      files: options.sandboxFiles,
      idOf: (record) => record.sandbox.id,
      engineOf: (record) => record.sandbox.engine,
      merge: (known, reported) => ({
        ...known,
        facts: mergeSandboxFacts(known.facts, reported.facts),
      }),
      nameOf: (record) => podSandboxName(record.sandbox.config.metadata),
      clock,
      log,
    });
    this.containers = new RecordTable({
      files: options.containerFiles,
      idOf: (record) => record.container.id,
      engineOf: (record) => record.container.engine,
      merge: (known, reported) => ({
        ...known,
        facts: mergeContainerFacts(known.facts, reported.facts),
      }),
      nameOf: ({ container }) => containerName(container.sandboxId, container.config.metadata),
      clock,
      log,
      onAdd: ({ container }) => this.#index(container.sandboxId).add(container.id),
      onDrop: ({ container }) => this.#unindex(container.sandboxId, container.id),
    });
  }

  /** Reads what earlier processes recorded. */
  async load(): Promise<void> {
    await this.sandboxes.load();
    await this.containers.load();
  }

  /** The containers of a sandbox, in no order. */
  containersOf(sandboxId: PodSandboxId): readonly ContainerRecord[] {
    const ids = this.#containersOf.get(sandboxId) ?? new Set();
    return [...ids].flatMap((id) => this.containers.get(id) ?? []);
  }

  /** Returns the ids on this engine that its full list does not hold, leaving out those recorded after the list was asked for. */
  missingFrom(engine: EngineName, resync: EngineResync): readonly string[] {
    const there = new Set<string>([
      ...resync.listed,
      ...resync.sandboxes.map((record) => record.sandbox.id),
      ...resync.containers.map((record) => record.container.id),
    ]);
    return [this.containers, this.sandboxes].flatMap((table) =>
      table.idsRecordedBefore(engine, resync.listedAtMillis).filter((id) => !there.has(id)),
    );
  }

  #index(sandboxId: string): Set<ContainerId> {
    const known = this.#containersOf.get(sandboxId) ?? new Set<ContainerId>();
    this.#containersOf.set(sandboxId, known);
    return known;
  }

  #unindex(sandboxId: string, id: ContainerId): void {
    const known = this.#containersOf.get(sandboxId);
    known?.delete(id);
    if (known?.size === 0) this.#containersOf.delete(sandboxId);
  }
}
