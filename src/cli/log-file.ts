import { type FileHandle, open, stat } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { CriError, errnoOf } from "../model/error.ts";

/** How to read a log file. */
export interface LogReading {
  readonly path: string;
  /** Tells whether more may come; undefined: read once. Asked whenever the end is reached. */
  readonly running?: () => Promise<boolean>;
  readonly pollMillis?: number;
}

const chunkBytes = 65_536;

/**
 * Yields a log file's bytes from its beginning; with `running` it waits for more, over rotations (the file is renamed and another
 * takes its place: the old one is read to its end first) and truncations, until nothing runs and nothing is left. Throws NotFound.
 */
export async function* readLogFile(reading: LogReading): AsyncGenerator<Uint8Array> {
  let file = await openLog(reading.path);
  try {
    for (;;) {
      // Asked before the last look: what was written until the end is then sure to be seen.
      const last = reading.running === undefined || !(await reading.running());
      const next = await successor(file, reading.path);
      yield* file.rest();
      if (next !== undefined) {
        await file.close();
        file = next;
      } else if (last) {
        return;
      } else {
        await wait(reading.pollMillis ?? 250);
      }
    }
  } finally {
    await file.close();
  }
}

/** An open log file and how far it was read. */
class OpenLog {
  readonly inode: bigint;
  readonly #handle: FileHandle;
  #offset = 0;

  constructor(handle: FileHandle, inode: bigint) {
    this.#handle = handle;
    this.inode = inode;
  }

  async *rest(): AsyncGenerator<Uint8Array> {
    const { size } = await this.#handle.stat();
    if (size < this.#offset) this.#offset = 0;
    for (;;) {
      const buffer = Buffer.allocUnsafe(chunkBytes);
      const { bytesRead } = await this.#handle.read(buffer, 0, chunkBytes, this.#offset);
      if (bytesRead === 0) return;
      this.#offset += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

async function openLog(path: string): Promise<OpenLog> {
  try {
    const handle = await open(path, "r");
    const { ino } = await handle.stat({ bigint: true });
    return new OpenLog(handle, ino);
  } catch (thrown) {
    const kind = errnoOf(thrown) === "ENOENT" ? "NotFound" : "Internal";
    throw new CriError(kind, `log file ${path}: ${errnoOf(thrown)}`, { cause: thrown });
  }
}

/** Between rename and reopen there is no file at the path: then the old one still grows. */
async function successor(file: OpenLog, path: string): Promise<OpenLog | undefined> {
  try {
    const { ino } = await stat(path, { bigint: true });
    return ino === file.inode ? undefined : await openLog(path);
  } catch {
    return undefined;
  }
}
