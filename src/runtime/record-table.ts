import { isDeepStrictEqual } from "node:util";
import { CriError, messageOf } from "../model/error.ts";
import type { EngineName } from "../model/ids.ts";
import type { Clock, Log } from "../model/ports.ts";

/** A record on disk: its id, the digest of the request that made it, and itself. */
export interface Stored<Value> {
  readonly id: string;
  /** Empty for an object that we did not make. */
  readonly requestDigest: string;
  readonly record: Value;
}

/** The part of state/ that a table needs. */
export interface StoredFiles<Value> {
  load(): Promise<readonly Value[]>;
  put(value: Value, durable: boolean): Promise<void>;
  remove(id: string): Promise<void>;
}

export interface RecordTableOptions<Value> {
  readonly files: StoredFiles<Stored<Value>>;
  readonly idOf: (record: Value) => string;
  readonly engineOf: (record: Value) => EngineName;
  /** Joins what is known with a report; must not depend on the order of reports. */
  readonly merge: (known: Value, reported: Value) => Value;
  /** What two records of clients' requests never share. */
  readonly nameOf: (record: Value) => string;
  readonly clock: Clock;
  readonly log: Log;
  readonly onAdd?: (record: Value) => void;
  readonly onDrop?: (record: Value) => void;
  /** Called when a record has come, was replaced or has gone, once that shows; undefined: it was not, or is not, there. */
  readonly onChange?: (before: Value | undefined, after: Value | undefined) => void;
}

interface Row<Value> {
  readonly stored: Stored<Value>;
  readonly addedAtMillis: number;
}

/** How many ids of dropped records are remembered, so that a late report does not bring one back. */
const rememberedDrops = 10_000;

/** Records of one kind by id, in memory, each with its file. */
export class RecordTable<Value> {
  readonly #options: RecordTableOptions<Value>;
  readonly #rows = new Map<string, Row<Value>>();
  readonly #idOfName = new Map<string, string>();
  readonly #dropped = new Set<string>();

  constructor(options: RecordTableOptions<Value>) {
    this.#options = options;
  }

  /** Reads all files, which is no change. */
  async load(): Promise<void> {
    for (const stored of await this.#options.files.load())
      this.#show(stored, Number.NEGATIVE_INFINITY);
  }

  get size(): number {
    return this.#rows.size;
  }

  get(id: string): Value | undefined {
    return this.#rows.get(id)?.stored.record;
  }

  /** The record of that name; the one recorded last should there be several. */
  named(name: string): Value | undefined {
    const id = this.#idOfName.get(name);
    return id === undefined ? undefined : this.get(id);
  }

  /** The digest of the request that made it; empty when it is not there or not made by us. */
  requestDigestOf(id: string): string {
    return this.#rows.get(id)?.stored.requestDigest ?? "";
  }

  ids(): Iterable<string> {
    return this.#rows.keys();
  }

  /** All records, oldest first as they were recorded. */
  *all(): Iterable<Value> {
    for (const row of this.#rows.values()) yield row.stored.record;
  }

  /**
   * Records what a client's request made, durably. Throws CriError, and it is then not recorded: ResourceExhausted when the disk
   * is full, Aborted when the engine told meanwhile that it is gone.
   */
  async create(record: Value, requestDigest: string): Promise<void> {
    const stored = { id: this.#options.idOf(record), requestDigest, record };
    const { files } = this.#options;
    try {
      await files.put(stored, true);
      if (this.#dropped.has(stored.id))
        throw new CriError("Aborted", `${stored.id} was removed as soon as it was made; try again`);
    } catch (thrown) {
      // A write that failed at its last step has left a file.
      this.#settle(stored.id, files.remove(stored.id));
      throw thrown;
    }
    this.#set(stored, this.#options.clock.monotonicMillis());
  }

  /** Replaces a record after an operation of ours changed it; the caller knows better than any report. The file follows. */
  update(record: Value): void {
    const known = this.#rows.get(this.#options.idOf(record));
    if (known === undefined || isDeepStrictEqual(known.stored.record, record)) return;
    const stored = { ...known.stored, record };
    this.#set(stored, known.addedAtMillis);
    this.#save(stored);
  }

  /** Merges a report of an engine; one about an unknown object adds it, one about a dropped object is ignored. */
  learn(reported: Value): void {
    const id = this.#options.idOf(reported);
    const known = this.#rows.get(id);
    if (known !== undefined) {
      this.update(this.#options.merge(known.stored.record, reported));
    } else if (!this.#dropped.has(id)) {
      const stored = { id, requestDigest: "", record: reported };
      this.#set(stored, this.#options.clock.monotonicMillis());
      this.#save(stored);
    }
  }

  /** Forgets a record for good, with its file; returns what it was. An id that is not there yet will not be recorded. */
  drop(id: string): Value | undefined {
    const row = this.#rows.get(id);
    this.#remember(id);
    if (row === undefined) return undefined;
    this.#rows.delete(id);
    const name = this.#options.nameOf(row.stored.record);
    if (this.#idOfName.get(name) === id) this.#idOfName.delete(name);
    this.#options.onDrop?.(row.stored.record);
    this.#settle(id, this.#options.files.remove(id));
    this.#options.onChange?.(row.stored.record, undefined);
    return row.stored.record;
  }

  /** The ids on an engine that were recorded before a moment of the monotonic clock. */
  idsRecordedBefore(engine: EngineName, millis: number): readonly string[] {
    return [...this.#rows.values()]
      .filter(
        (row) => row.addedAtMillis < millis && this.#options.engineOf(row.stored.record) === engine,
      )
      .map((row) => row.stored.id);
  }

  #set(stored: Stored<Value>, addedAtMillis: number): void {
    const before = this.get(stored.id);
    this.#show(stored, addedAtMillis);
    this.#options.onChange?.(before, stored.record);
  }

  #show(stored: Stored<Value>, addedAtMillis: number): void {
    const isNew = !this.#rows.has(stored.id);
    this.#rows.set(stored.id, { stored, addedAtMillis });
    if (!isNew) return;
    this.#idOfName.set(this.#options.nameOf(stored.record), stored.id);
    this.#options.onAdd?.(stored.record);
  }

  /** What an engine reports it can report again, so a failed write costs nothing but a line. */
  #save(stored: Stored<Value>): void {
    this.#settle(stored.id, this.#options.files.put(stored, false));
  }

  #settle(id: string, writing: Promise<void>): void {
    writing.catch((error: unknown) => {
      this.#options.log.warn("state file not written", { id, err: messageOf(error) });
    });
  }

  #remember(id: string): void {
    this.#dropped.add(id);
    const oldest = this.#dropped.values().next();
    if (this.#dropped.size > rememberedDrops && !oldest.done) this.#dropped.delete(oldest.value);
  }
}
