import type { Duplex, Writable } from "node:stream";
import { CriError } from "../../model/error.ts";
import { StreamFrames } from "./stream-frames.ts";

/** Where a process's output goes; what was not asked for goes nowhere. */
export interface OutputSinks {
  readonly stdout: Writable | undefined;
  readonly stderr: Writable | undefined;
}

/** The most that docker still holds of a process that has ended: 1 MB in a buffer of its own, and what pipes and sockets take. */
const maxHeldBytes = 4 << 20;

/**
 * Passes the output of a process on, as fast as it is taken: while a sink is full nothing is read, so that docker waits and
 * the process with it. Sinks are not ended.
 */
export class OutputPump {
  readonly #connection: Duplex;
  readonly #sinks: readonly Writable[];
  readonly #push: (chunk: Buffer) => void;
  #isReleased = false;
  /** Ends the wait for a full sink; undefined while nobody waits. */
  #wake: (() => void) | undefined;
  #passedBytes = 0;

  /** `tty`: a terminal's output comes without frames. */
  constructor(connection: Duplex, { stdout, stderr }: OutputSinks, tty: boolean) {
    this.#connection = connection;
    this.#sinks = [stdout, stderr].filter((sink) => sink !== undefined);
    // Whoever made them is told by the stream itself; here a sink that fails is seen closed.
    for (const sink of this.#sinks) sink.on("error", () => undefined);
    const frames = new StreamFrames((stream, bytes) => {
      (stream === "stdout" ? stdout : stderr)?.write(bytes);
    });
    this.#push = tty ? (chunk) => void stdout?.write(chunk) : (chunk) => frames.push(chunk);
  }

  /** Whether a sink is full right now. */
  get isWaiting(): boolean {
    return this.#wake !== undefined;
  }

  /** What came from docker so far. */
  get passedBytes(): number {
    return this.#passedBytes;
  }

  /** Passes on until docker sends no more, for whatever reason. Throws Cancelled when a sink was closed. */
  async run(): Promise<void> {
    this.#refuseClosed();
    for await (const chunk of chunksOf(this.#connection)) {
      this.#passedBytes += chunk.length;
      this.#push(chunk);
      this.#refuseClosed();
      for (const sink of this.#sinks) {
        while (this.#isFull(sink)) await this.#changed(sink);
      }
    }
  }

  /**
   * Takes what is left without waiting for full sinks, up to 4 MiB: docker drops what was not read two seconds after a
   * process has ended.
   */
  release(): void {
    this.#isReleased = true;
    this.#wake?.();
  }

  #isFull(sink: Writable): boolean {
    if (!sink.writableNeedDrain || sink.destroyed || this.#connection.destroyed) return false;
    return !this.#isReleased || sink.writableLength >= maxHeldBytes;
  }

  /** Resolves when the sink may have room, or waiting makes no sense any more. */
  #changed(sink: Writable): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => resolve();
    this.#wake = wake;
    sink.once("drain", wake).once("close", wake);
    this.#connection.once("close", wake);
    return promise.finally(() => {
      this.#wake = undefined;
      sink.off("drain", wake).off("close", wake);
      this.#connection.off("close", wake);
    });
  }

  #refuseClosed(): void {
    if (this.#sinks.some((sink) => sink.destroyed || sink.writableEnded)) {
      throw new CriError("Cancelled", "the client has gone");
    }
  }
}

/** A lost connection is an end, too: what became of the process is for others to find out. */
async function* chunksOf(connection: Duplex): AsyncGenerator<Buffer, void> {
  try {
    for await (const chunk of connection) yield chunk as Buffer;
  } catch {
    // Closed by our own side, or by a docker that died.
  }
}
