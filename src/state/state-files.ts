import { mkdir, readdir, readFile, rename, rm, unlink } from "node:fs/promises";
import { join } from "node:path";
import { Mutex } from "../host/mutex.ts";
import { replaceFile } from "../host/replace-file.ts";
import { CriError, errnoOf, messageOf } from "../model/error.ts";
import type { Log, Meter } from "../model/ports.ts";
import { seal, unseal } from "./envelope.ts";

export interface StateFilesOptions {
  /** Folder of these files: one `ID.json` each. */
  readonly folder: string;
  /** Where damaged files are put aside. */
  readonly quarantine: string;
  /** What the files are, in the envelope and in messages: `sandbox`. */
  readonly kind: string;
  readonly log: Log;
  readonly meter: Meter;
}

const writeErrors = "cri_ferry_state_write_errors_total";
const rejectedFiles = "cri_ferry_state_rejected_files_total";

/**
 * Values of one kind on disk, a file each, keyed by id. A file is whole or absent: it is written beside, synced and renamed.
 * One that cannot be read is put aside and nothing else stops.
 */
export class StateFiles<Value extends { readonly id: string }> {
  readonly #options: StateFilesOptions;
  readonly #writers = new Map<string, PendingWrite<Value>>();

  constructor(options: StateFilesOptions) {
    this.#options = options;
  }

  /** Reads all files; makes the folder when it is missing. */
  async load(): Promise<readonly Value[]> {
    const { folder } = this.#options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const values: Value[] = [];
    for (const name of await readdir(folder)) {
      const value = name.endsWith(".json") ? await this.#read(name) : await this.#sweep(name);
      if (value !== undefined) values.push(value);
    }
    return values;
  }

  /**
   * Writes a value, over a power cut too when `durable`. Throws CriError, ResourceExhausted when the disk is full; the old
   * value then stays.
   */
  async put(value: Value, durable: boolean): Promise<void> {
    const writer = this.#writer(value.id);
    writer.next = { value, durable: durable || writer.next?.durable === true };
    await writer.mutex.run(() => this.#flush(writer));
  }

  /** Removes a value; a missing one is no error. A write still under way does not bring it back. */
  async remove(id: string): Promise<void> {
    const writer = this.#writer(id);
    writer.next = undefined;
    await writer.mutex.run(async () => {
      writer.next = undefined;
      await unlink(this.#path(id)).catch((error: unknown) => {
        if (errnoOf(error) === "ENOENT") return;
        this.#options.meter.count(writeErrors, { kind: this.#options.kind });
        throw error;
      });
    });
    this.#writers.delete(id);
  }

  /** Several puts while one is being written end in one more write, of the newest value. */
  async #flush(writer: PendingWrite<Value>): Promise<void> {
    const next = writer.next;
    if (next === undefined) return;
    writer.next = undefined;
    const { value, durable } = next;
    const { kind, meter } = this.#options;
    try {
      await replaceFile(this.#path(value.id), seal(kind, value), { mode: 0o600, durable });
    } catch (error) {
      // Whoever waits behind this write must try for itself rather than take it as done.
      writer.next ??= next;
      meter.count(writeErrors, { kind });
      throw CriError.from(error, `cannot write the ${kind} state of ${value.id}`);
    }
  }

  async #read(name: string): Promise<Value | undefined> {
    const { folder, kind } = this.#options;
    const id = name.slice(0, -".json".length);
    try {
      const value = unseal(kind, await readFile(join(folder, name), "utf8"));
      if (!hasId(value) || value.id !== id)
        throw new CriError("Internal", "the file's name is not the id in it");
      return value as unknown as Value;
    } catch (error) {
      await this.#reject(name, error);
      return undefined;
    }
  }

  async #reject(name: string, error: unknown): Promise<void> {
    const { folder, quarantine, kind, log, meter } = this.#options;
    const file = join(folder, name);
    const foreign = error instanceof CriError && error.kind === "FailedPrecondition";
    const message = foreign
      ? "state file of another version is not read"
      : "damaged state file is put aside";
    log.error(message, { file, stateKind: kind, err: messageOf(error) });
    // What the disk does not give may be whole all the same; a folder of that name never is.
    const isDamaged = !foreign && [undefined, "EISDIR"].includes(errnoOf(error));
    const otherwise = foreign ? "version" : "unreadable";
    meter.count(rejectedFiles, { kind, reason: isDamaged ? "damaged" : otherwise });
    if (!isDamaged) return;
    await mkdir(quarantine, { recursive: true, mode: 0o700 });
    await rename(file, join(quarantine, `${kind}-${name}`)).catch((failure: unknown) => {
      log.error("damaged state file cannot be put aside", { file, err: messageOf(failure) });
    });
  }

  /** What a killed process left of an unfinished write. */
  async #sweep(name: string): Promise<undefined> {
    if (name.includes(".tmp")) await rm(join(this.#options.folder, name), { force: true });
    return undefined;
  }

  #writer(id: string): PendingWrite<Value> {
    const known = this.#writers.get(id) ?? { mutex: new Mutex(), next: undefined };
    this.#writers.set(id, known);
    return known;
  }

  #path(id: string): string {
    return join(this.#options.folder, `${id}.json`);
  }
}

interface PendingWrite<Value> {
  readonly mutex: Mutex;
  next: { readonly value: Value; readonly durable: boolean } | undefined;
}

function hasId(value: unknown): value is { readonly id: string } {
  return (
    typeof value === "object" && value !== null && "id" in value && typeof value.id === "string"
  );
}
