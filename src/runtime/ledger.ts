import type { ContainerRecord, EngineResync, SandboxRecord } from "../backends/backend.ts";
import type { ContainerId, EngineName, PodSandboxId } from "../model/ids.ts";
import { containerName, podSandboxName } from "../model/object-names.ts";
import type { PodSandbox } from "../model/pod-sandbox.ts";
import type { Clock, Log } from "../model/ports.ts";
import { mergeContainerFacts, mergeSandboxFacts } from "./facts.ts";
import { RecordTable, type Stored, type StoredFiles } from "./record-table.ts";

export interface LedgerOptions {
  readonly sandboxFiles: StoredFiles<Stored<SandboxRecord>>;
  readonly containerFiles: StoredFiles<Stored<ContainerRecord>>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Is told of each change of a record when it shows: what was and what is; undefined: it was not, or is not, there. */
export interface LedgerFollower {
  sandbox(before: SandboxRecord | undefined, after: SandboxRecord | undefined): void;
  container(before: ContainerRecord | undefined, after: ContainerRecord | undefined): void;
}

/**
 * The node's one truth about sandboxes and containers, in memory and on disk: what clients made is recorded before they are
 * told, what engines report is merged. Records are never changed, only replaced, so that a reader may keep one.
 */
export class Ledger {
  readonly sandboxes: RecordTable<SandboxRecord>;
  readonly containers: RecordTable<ContainerRecord>;
  readonly #containersOf = new IdIndex<ContainerId>();
  readonly #sandboxesOfPod = new IdIndex<PodSandboxId>();
  #follower: LedgerFollower | undefined;

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
      onAdd: ({ sandbox }) => this.#sandboxesOfPod.add(podOf(sandbox), sandbox.id),
      onDrop: ({ sandbox }) => this.#sandboxesOfPod.remove(podOf(sandbox), sandbox.id),
      onChange: (before, after) => this.#follower?.sandbox(before, after),
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
      onAdd: ({ container }) => this.#containersOf.add(container.sandboxId, container.id),
      onDrop: ({ container }) => this.#containersOf.remove(container.sandboxId, container.id),
      onChange: (before, after) => this.#follower?.container(before, after),
    });
  }

  /** Reads what earlier processes recorded. */
  async load(): Promise<void> {
    await this.sandboxes.load();
    await this.containers.load();
  }

  /** Tells this one of every change from now on; there is one. */
  follow(follower: LedgerFollower): void {
    this.#follower = follower;
  }

  /** The containers of a sandbox, in no order. */
  containersOf(sandboxId: PodSandboxId): readonly ContainerRecord[] {
    return this.#containersOf.idsOf(sandboxId).flatMap((id) => this.containers.get(id) ?? []);
  }

  /** The sandboxes that there are of the pod that a sandbox is of, in no order. */
  sandboxesOfPod({ sandbox }: SandboxRecord): readonly SandboxRecord[] {
    const ids = this.#sandboxesOfPod.idsOf(podOf(sandbox));
    return ids.flatMap((id) => this.sandboxes.get(id) ?? []);
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
}

/** All sandboxes of a pod have the same; a UID alone is any string, and tools take one for many pods. */
function podOf({ config }: PodSandbox): string {
  const { namespace, name, uid } = config.metadata;
  return `${namespace}/${name}/${uid}`;
}

/** Ids by what they belong to. */
class IdIndex<Id extends string> {
  readonly #ids = new Map<string, Set<Id>>();

  idsOf(owner: string): readonly Id[] {
    return [...(this.#ids.get(owner) ?? [])];
  }

  add(owner: string, id: Id): void {
    const known = this.#ids.get(owner) ?? new Set<Id>();
    this.#ids.set(owner, known.add(id));
  }

  remove(owner: string, id: Id): void {
    const known = this.#ids.get(owner);
    known?.delete(id);
    if (known?.size === 0) this.#ids.delete(owner);
  }
}
