import type { FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { CriError } from "../model/error.ts";
import type { Clock } from "../model/ports.ts";
import type { LogRecord } from "../translate/log/cri-line.ts";
import { RawTranslator } from "../translate/log/raw.ts";
import { type LogPath, openLogFile } from "./log-folder.ts";

/** What a RecordLog needs. */
export interface RecordLogOptions {
  readonly clock: Clock;
  /** host/client-path's function. */
  readonly ensureFolders: (paths: readonly string[], signal: AbortSignal) => Promise<void>;
}

const tailBytes = 64 << 10;
const fullDiskMillis = 1_000;

/**
 * A CRI log file made of records with times, for engines that hand a log out as a stream and can begin after a time. Where it was
 * is in the file itself: the time of its last line.
 */
export class RecordLog {
  readonly #path: LogPath;
  readonly #clock: Clock;
  readonly #translator = new RawTranslator();
  #file: FileHandle;
  #lastTime: string;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: LogPath, clock: Clock, start: Start) {
    this.#path = path;
    this.#clock = clock;
    this.#file = start.file;
    this.#lastTime = start.lastTime;
  }

  /** Opens or makes the file; a torn last line is cut off. Throws as `ensureFolders` and `openLogFile` do. */
  static async open(
    path: LogPath,
    { clock, ensureFolders }: RecordLogOptions,
    signal: AbortSignal,
  ): Promise<RecordLog> {
    await ensureFolders([dirname(path.logFile)], signal);
    const file = await openLogFile(path);
    return new RecordLog(path, clock, { file, lastTime: await cutToLastTime(file) });
  }

  /** The time of the last line, RFC 3339; empty when there is none. */
  get lastTime(): string {
    return this.#lastTime;
  }

  /** Appends a record after those before it. Waits while the disk is full; throws what writing throws, or the signal's reason. */
  async append(record: LogRecord, signal: AbortSignal): Promise<void> {
    this.#lastTime = record.time;
    // The translator's buffer is used again for the next record.
    const lines = Buffer.from(this.#translator.translate(record));
    this.#writing = this.#writing.then(() => this.#write(lines, signal));
    await this.#writing;
  }

  /** After a rename of the file: what comes next goes to a new one of the same name. */
  async reopen(): Promise<void> {
    const file = await openLogFile(this.#path);
    this.#writing = this.#writing.then(async () => {
      const old = this.#file;
      this.#file = file;
      await old.close();
    });
    await this.#writing;
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => undefined);
    await this.#file.close();
  }

  async #write(lines: Buffer, signal: AbortSignal): Promise<void> {
    for (let done = 0; done < lines.length; ) {
      try {
        done += (await this.#file.write(lines, done)).bytesWritten;
      } catch (thrown) {
        const error = CriError.from(thrown, `writing the log ${this.#path.logFile}`);
        if (error.kind !== "ResourceExhausted") throw error;
        await this.#clock.sleep(fullDiskMillis, signal);
      }
    }
  }
}

interface Start {
  readonly file: FileHandle;
  readonly lastTime: string;
}

async function cutToLastTime(file: FileHandle): Promise<string> {
  const { size } = await file.stat();
  const tail = Buffer.alloc(Math.min(size, tailBytes));
  await file.read(tail, 0, tail.length, size - tail.length);
  const end = tail.lastIndexOf("\n") + 1;
  if (end < tail.length) await file.truncate(size - tail.length + end);
  const start = end < 2 ? 0 : tail.lastIndexOf("\n", end - 2) + 1;
  return tail.toString("latin1", start, end).split(" ", 1)[0]?.trim() ?? "";
}
