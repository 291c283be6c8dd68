import type { FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { CriError } from "../model/error.ts";
import type { Clock, Meter } from "../model/ports.ts";
import type { LogRecord, LogStream } from "../translate/log/cri-line.ts";
import { RawTranslator } from "../translate/log/raw.ts";
import { type LogPath, openLogFile } from "./log-folder.ts";
import { logMetrics } from "./log-metrics.ts";
import { findEnds, type StreamEnds } from "./record-ends.ts";

/** What a RecordLog needs. */
export interface RecordLogOptions {
  readonly clock: Clock;
  readonly meter: Meter;
  /** host/client-path's function. */
  readonly ensureFolders: (paths: readonly string[], signal: AbortSignal) => Promise<void>;
}

type Counted = Pick<RecordLogOptions, "clock" | "meter">;

interface Opened {
  readonly file: FileHandle;
  readonly ends: StreamEnds;
}

const tailBytes = 64 << 10;
const fullDiskMillis = 1_000;

/**
 * A CRI log file made of records with times, for engines that hand a log out as a stream and can begin after a time. Where it was
 * is in the file itself: the time of each stream's last line.
 */
export class RecordLog {
  readonly #path: LogPath;
  readonly #clock: Clock;
  readonly #meter: Meter;
  readonly #translator = new RawTranslator();
  #file: FileHandle;
  readonly #lastTimes: Record<LogStream, string>;
  /** Where each stream ended when the file was opened: so many records of that time will come again. */
  readonly #ends: StreamEnds;
  readonly #repeated = { stdout: 0, stderr: 0 };
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: LogPath, { clock, meter }: Counted, { file, ends }: Opened) {
    this.#path = path;
    this.#clock = clock;
    this.#meter = meter;
    this.#file = file;
    this.#ends = ends;
    this.#lastTimes = { stdout: ends.stdout.time, stderr: ends.stderr.time };
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
      return new RecordLog(path, { clock, meter }, { file, ends: await findEnds(file) });
    } catch (thrown) {
      await file.close();
      throw CriError.from(thrown, `reading the log ${path.logFile}`);
    }
  }

  /**
   * Up to which time each stream is in the file, RFC 3339; empty in an empty file. The streams are two pipes that an engine reads
   * apart: what one has last may be older than what the other has, and still come after it.
   */
  get lastTimes(): Readonly<Record<LogStream, string>> {
    return this.#lastTimes;
  }

  /**
   * Appends a record after those before it. A source that begins at its stream's last time repeats the records of that very time
   * (docker gives all pieces of a long line one time): as many as the file had when it was opened are left out.
   * Waits while the disk is full; throws what writing throws, or the signal's reason.
   */
  async append(record: LogRecord, signal: AbortSignal): Promise<void> {
    const { stream, time } = record;
    const end = this.#ends[stream];
    if (time === end.time && this.#repeated[stream] < end.count) {
      this.#repeated[stream] += 1;
      return;
    }
    this.#lastTimes[stream] = time;
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

async function cutTornLine(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  const tail = Buffer.alloc(Math.min(size, tailBytes));
  await file.read(tail, 0, tail.length, size - tail.length);
  const end = tail.lastIndexOf("\n") + 1;
  if (end < tail.length) await file.truncate(size - tail.length + end);
}
