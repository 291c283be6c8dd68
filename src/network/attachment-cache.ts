import { readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../host/own-folder.ts";
import { replaceFile } from "../host/replace-file.ts";
import { errnoOf, messageOf } from "../model/error.ts";
import type { Log } from "../model/ports.ts";
import {
  type AttachmentRecord,
  decodeRecord,
  encodeRecord,
  recordFileName,
  unknownRecord,
} from "./attachment-record.ts";

/** What replaceFile leaves when it is killed. */
const temporaryPattern = /^\..+\.[0-9a-f]{12}\.tmp$/;

/**
 * The attachments of this node: in memory for who asks, on disk in libcni's format (`DIR/results/NETWORK-SANDBOXID-IFNAME`),
 * so that what one program attached another can detach.
 */
export class AttachmentCache {
  readonly #folder: string;
  readonly #quarantine: string;
  readonly #log: Log;
  readonly #records = new Map<string, readonly AttachmentRecord[]>();

  constructor(folder: string, log: Log) {
    this.#folder = join(folder, "results");
    this.#quarantine = join(folder, "quarantine");
    this.#log = log;
  }

  /** Reads the folder; damaged files are put aside, what their names tell is kept in memory. Throws when it cannot be read at all. */
  async load(): Promise<void> {
    await makeFolder(this.#folder, 0o700);
    for (const name of await readdir(this.#folder)) {
      const record = await this.#read(name);
      if (record !== undefined) this.#remember(record);
    }
  }

  /** Returns all attachments of a sandbox, those of other programs too. */
  of(sandboxId: string): readonly AttachmentRecord[] {
    return this.#records.get(sandboxId) ?? [];
  }

  /** Returns the attachments of all sandboxes. */
  all(): readonly AttachmentRecord[] {
    return [...this.#records.values()].flat();
  }

  /** Remembers a record and writes it; the memory has it even when the disk does not take it. Throws what replaceFile throws. */
  async save(record: AttachmentRecord, durable: boolean): Promise<void> {
    this.#remember(record);
    const path = join(this.#folder, recordFileName(record));
    await makeFolder(this.#folder, 0o700);
    await replaceFile(path, encodeRecord(record), { mode: 0o600, durable });
  }

  /** Forgets a record and removes its file; a missing one is no error, one that cannot be removed is logged. */
  async remove(record: AttachmentRecord): Promise<void> {
    const name = recordFileName(record);
    const others = this.of(record.sandboxId).filter((other) => recordFileName(other) !== name);
    if (others.length === 0) this.#records.delete(record.sandboxId);
    else this.#records.set(record.sandboxId, others);
    await rm(join(this.#folder, name), { force: true }).catch((error: unknown) => {
      this.#log.warn("network cache file cannot be removed", { file: name, err: messageOf(error) });
    });
  }

  #remember(record: AttachmentRecord): void {
    const name = recordFileName(record);
    const others = this.of(record.sandboxId).filter((other) => recordFileName(other) !== name);
    this.#records.set(record.sandboxId, [...others, record]);
  }

  async #read(name: string): Promise<AttachmentRecord | undefined> {
    const path = join(this.#folder, name);
    if (temporaryPattern.test(name)) {
      await rm(path, { force: true });
      return undefined;
    }
    let text: string;
    try {
      text = await readFile(path, "utf8");
    } catch (error) {
      if (errnoOf(error) !== "ENOENT") {
        this.#log.error("network cache file cannot be read", { file: path, err: messageOf(error) });
      }
      return undefined;
    }
    try {
      return decodeRecord(text, name);
    } catch (error) {
      await this.#putAside(name, error);
      return unknownRecord(name);
    }
  }

  async #putAside(name: string, why: unknown): Promise<void> {
    const file = join(this.#folder, name);
    this.#log.error("damaged network cache file is put aside", { file, err: messageOf(why) });
    try {
      await makeFolder(this.#quarantine, 0o700);
      await rename(file, join(this.#quarantine, name));
    } catch (error) {
      this.#log.error("damaged network cache file cannot be put aside", {
        file,
        err: messageOf(error),
      });
    }
  }
}
