import type { FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import type { Readable } from "node:stream";
import { ensureFolders } from "../../host/client-path.ts";
import type { LogPath } from "../../logs/log-folder.ts";
import { openLogFile } from "../../logs/log-folder.ts";
import { CriError } from "../../model/error.ts";
import type { Clock } from "../../model/ports.ts";
import { engineTimeNanos } from "../../translate/docker/engine-time.ts";
import type { LogStream } from "../../translate/log/cri-line.ts";
import { RawTranslator } from "../../translate/log/raw.ts";
import type { DockerApi } from "./client.ts";
import { StreamFrames } from "./stream-frames.ts";

export interface ApiLogSource extends LogPath {
  readonly containerId: string;
  /** A terminal's output comes as it is, without frames. */
  readonly tty: boolean;
}

export interface ApiLogOptions {
  readonly api: DockerApi;
  readonly clock: Clock;
}

const tailBytes = 64 << 10;
const fullDiskMillis = 1_000;

/**
 * One container's log by docker's API, for log drivers that keep no json-file: slower, and dockerd pays for it. Goes on after the
 * last time in the log file, so what was written within one nanosecond of it before a crash is there once, never twice.
 */
export class ApiLog {
  readonly #options: ApiLogOptions;
  readonly #source: ApiLogSource;
  readonly #translator = new RawTranslator();
  #file: FileHandle;
  #lastTime: string;
  #writing: Promise<void> = Promise.resolve();

  private constructor(options: ApiLogOptions, source: ApiLogSource, start: LogStart) {
    this.#options = options;
    this.#source = source;
    this.#file = start.file;
    this.#lastTime = start.lastTime;
  }

  /** Opens the log file, whose folder is made. Throws as `openLogFile` does. */
  static async begin(
    options: ApiLogOptions,
    source: ApiLogSource,
    signal: AbortSignal,
  ): Promise<ApiLog> {
    await ensureFolders([dirname(source.logFile)], signal);
    const file = await openLogFile(source);
    return new ApiLog(options, source, { file, lastTime: await cutToLastTime(file) });
  }

  /** Copies until the container has ended and all is read, or the signal aborts; throws when docker is lost. Closes the file. */
  async copy(signal: AbortSignal): Promise<void> {
    try {
      const stream = await this.#open(signal);
      const onBytes = (name: LogStream, bytes: Buffer): void => this.#take(name, bytes, signal);
      const frames = new StreamFrames(onBytes);
      for await (const chunk of stream) {
        if (this.#source.tty) onBytes("stdout", chunk as Buffer);
        else frames.push(chunk as Buffer);
        // Docker waits meanwhile, in a buffer of its own: never the container.
        await this.#writing;
      }
    } finally {
      await this.#writing.catch(() => undefined);
      await this.#file.close();
    }
  }

  /** After a rename of the file: what comes next goes to a new one. */
  async reopen(): Promise<void> {
    const file = await openLogFile(this.#source);
    const old = this.#file;
    this.#writing = this.#writing.then(async () => {
      this.#file = file;
      await old.close();
    });
    await this.#writing;
  }

  async #open(signal: AbortSignal): Promise<Readable> {
    const last = engineTimeNanos(this.#lastTime);
    const since = `${last / 1_000_000_000n}.${String(last % 1_000_000_000n).padStart(9, "0")}`;
    const path = `/containers/${this.#source.containerId}/logs`;
    const query = { follow: 1, stdout: 1, stderr: 1, timestamps: 1, since };
    return await this.#options.api.open({ method: "GET", path, query }, signal);
  }

  /** A frame is a record: `TIME TEXT`. A terminal's chunk may hold several, each with its line. */
  #take(stream: LogStream, bytes: Buffer, signal: AbortSignal): void {
    const space = bytes.indexOf(0x20);
    const time = bytes.toString("latin1", 0, Math.max(0, space));
    const at = engineTimeNanos(time);
    if (at === 0n || at <= engineTimeNanos(this.#lastTime)) return;
    this.#lastTime = time;
    const lines = this.#translator.translate({ time, stream, content: bytes.subarray(space + 1) });
    const batch = Buffer.from(lines);
    this.#writing = this.#writing.then(() => this.#write(batch, signal));
  }

  /** Tries until the disk takes it. */
  async #write(batch: Buffer, signal: AbortSignal): Promise<void> {
    for (let done = 0; done < batch.length; ) {
      try {
        done += (await this.#file.write(batch, done)).bytesWritten;
      } catch (thrown) {
        if (CriError.from(thrown, "").kind !== "ResourceExhausted") throw thrown;
        await this.#options.clock.sleep(fullDiskMillis, signal);
      }
    }
  }
}

interface LogStart {
  readonly file: FileHandle;
  readonly lastTime: string;
}

/** Cuts a torn last line off and returns the time of the last whole one; empty when there is none. */
async function cutToLastTime(file: FileHandle): Promise<string> {
  const { size } = await file.stat();
  const tail = Buffer.alloc(Math.min(size, tailBytes));
  await file.read(tail, 0, tail.length, size - tail.length);
  const end = tail.lastIndexOf("\n") + 1;
  if (end < tail.length) await file.truncate(size - tail.length + end);
  const start = end < 2 ? 0 : tail.lastIndexOf("\n", end - 2) + 1;
  return tail.toString("latin1", start, end).split(" ", 1)[0]?.trim() ?? "";
}
