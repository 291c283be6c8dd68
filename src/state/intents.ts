import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, unlink } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../host/replace-file.ts";
import { errnoOf } from "../model/error.ts";

/**
 * Names that are being created right now, each a file under the run root: what a killed process leaves here was never handed
 * to a client, so the engine's object of that name is a leftover. After a reboot the folder is empty and nothing runs.
 */
export class Intents {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Returns the names that an earlier process was creating when it died; makes the folder, and removes what is no note of ours. */
  async load(): Promise<ReadonlySet<string>> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const names = new Set<string>();
    for (const file of await readdir(this.#folder)) {
      const path = join(this.#folder, file);
      const name = await readFile(path, "utf8").catch(() => "");
      if (path === this.#path(name)) names.add(name);
      // Damaged, or a process was killed while it noted it: then nothing was begun.
      else await rm(path, { recursive: true, force: true });
    }
    return names;
  }

  /** Notes that a name is about to be created. */
  async begin(name: string): Promise<void> {
    await replaceFile(this.#path(name), name, { mode: 0o600, durable: false });
  }

  /** Notes that the name is created and recorded, or that nothing is left of the try. */
  async end(name: string): Promise<void> {
    await unlink(this.#path(name)).catch(ignoreMissing);
  }

  #path(name: string): string {
    return join(this.#folder, createHash("sha256").update(name).digest("hex"));
  }
}

function ignoreMissing(error: unknown): void {
  if (errnoOf(error) !== "ENOENT") throw error;
}
