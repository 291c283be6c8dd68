import type { FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { CriError } from "../model/error.ts";
import type { Clock, Meter } from "../model/ports.ts";
import type { LogRecord } from "../translate/log/cri-line.ts";
import { RawTranslator } from "../translate/log/raw.ts";
import { type LogPath, openLogFile } from "./log-folder.ts";
import { logMetrics } from "./log-metrics.ts";

/** What a RecordLog needs. */
export interface RecordLogOptions {
  readonly clock: Clock;
  readonly meter: Meter;
  /** host/client-path's function. */
  readonly ensureFolders: (paths: readonly string[], signal: AbortSignal) => Promise<void>;
}

type Counted = Pick<RecordLogOptions, "clock" | "meter">;

const tailBytes = 64 << 10;
const fullDiskMillis = 1_000;

/**
 * A CRI log file made of records with times, for engines that hand a log out as a stream and can begin after a time. Where it was
 * is in the file itself: the time of its last line.
 */
export class RecordLog {
  readonly #path: LogPath;
  readonly #clock: Clock;
  readonly #meter: Meter;
  readonly #translator = new RawTranslator();
  #file: FileHandle;
  #lastTime: string;
  /** How many records of the time that the file ended with are in it, and will come again. */
  readonly #resumeTime: string;
  #again: number;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: LogPath, { clock, meter }: Counted, start: Start) {
    this.#path = path;
    this.#clock = clock;
    this.#meter = meter;
    this.#file = start.file;
    this.#lastTime = start.lastTime;
    this.#resumeTime = start.lastTime;
    this.#again = start.count;
  }

  /** Opens or makes the file; a torn last line is cut off. Throws as `ensureFolders` and `openLogFile` do. */
  static async open(
    path: LogPath,
    { clock, meter, ensureFolders }: RecordLogOptions,
    signal: AbortSignal,
  ): Promise<RecordLog> {
    await ensureFolders([dirname(path.logFile)], signal);
    const file = await openLogFile(path);
    try {
      await cutTornLine(file);
      return new RecordLog(path, { clock, meter }, { file, ...(await findEnd(file)) });
    } catch (thrown) {
      await file.close();
      throw CriError.from(thrown, `reading the log ${path.logFile}`);
    }
  }

  /** The time of the last line, RFC 3339; empty when there is none. */
  get lastTime(): string {
    return this.#lastTime;
  }

  /**
   * Appends a record after those before it. A source that begins at `lastTime` repeats the records of that very time (docker
   * gives all pieces of a long line one time): as many as the file had when it was opened are left out.
   * Waits while the disk is full; throws what writing throws, or the signal's reason.
   */
  async append(record: LogRecord, signal: AbortSignal): Promise<void> {
    if (this.#again > 0 && record.time === this.#resumeTime) {
      this.#again -= 1;
      return;
    }
    this.#lastTime = record.time;
    // The translator's buffer is used again for the next record.
    const lines = Buffer.from(this.#translator.translate(record));
    this.#writing = this.#writing.then(() => this.#write(lines, signal));
    await this.#writing;
    this.#meter.count(logMetrics.bytes, undefined, lines.length);
    this.#meter.count(logMetrics.records, { path: "api" });
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
        this.#meter.count(logMetrics.writeErrors);
        await this.#clock.sleep(fullDiskMillis, signal);
      }
    }
  }
}

interface End {
  /** The last line's time; empty without a line. */
  readonly lastTime: string;
  /** How many lines at the end have it. */
  readonly count: number;
}

interface Start extends End {
  readonly file: FileHandle;
}

async function cutTornLine(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  const tail = Buffer.alloc(Math.min(size, tailBytes));
  await file.read(tail, 0, tail.length, size - tail.length);
  const end = tail.lastIndexOf("\n") + 1;
  if (end < tail.length) await file.truncate(size - tail.length + end);
}

/** Reads whole lines from the end backward, until one has another time than the last. */
async function findEnd(file: FileHandle): Promise<End> {
  const { size } = await file.stat();
  let lastTime = "";
  let count = 0;
  let tail = Buffer.alloc(0);
  for (let from = size; from > 0; ) {
    const bytes = Buffer.alloc(Math.min(from, tailBytes));
    from -= bytes.length;
    await file.read(bytes, 0, bytes.length, from);
    tail = Buffer.concat([bytes, tail]);
    // The first line may begin before the piece that was read.
    for (let end = tail.length; end > 0; end = tail.length) {
      const start = end < 2 ? 0 : tail.lastIndexOf("\n", end - 2) + 1;
      if (start === 0 && from > 0) break;
      const time = tail.toString("latin1", start, end).split(" ", 1)[0] ?? "";
      if (count > 0 && time !== lastTime) return { lastTime, count };
      lastTime = time;
      count += 1;
      tail = tail.subarray(0, start);
    }
  }
  return { lastTime, count };
}
