import type { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import type { CriError } from "../model/error.ts";
import type { StreamChoice, TerminalSize } from "../model/streaming.ts";
import { dialSpdy } from "../streaming/spdy/dial.ts";
import type { SpdyConnection } from "../streaming/spdy/spdy-connection.ts";
import type { SpdyStream } from "../streaming/spdy/spdy-stream.ts";
import { exitCodeOf } from "./exec-status.ts";
import { dialable } from "./stream-urls.ts";

/** Both have the exit code in the error stream. */
const protocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

interface Streams {
  readonly error: SpdyStream;
  readonly stdin: SpdyStream | undefined;
  readonly stdout: SpdyStream | undefined;
  readonly stderr: SpdyStream | undefined;
  readonly resize: SpdyStream | undefined;
}

/** The client's end of exec or attach, as kubectl's: SPDY/3.1 to the URL that the RPC answered. */
export class RemoteSession implements Disposable {
  readonly #connection: SpdyConnection;
  readonly #streams: Streams;
  readonly #closed: Promise<CriError | undefined>;

  private constructor(
    connection: SpdyConnection,
    streams: Streams,
    closed: Promise<CriError | undefined>,
  ) {
    this.#connection = connection;
    this.#streams = streams;
    this.#closed = closed;
  }

  /** Connects and opens the streams. Throws what the server refuses with, Unavailable when it cannot be reached. */
  static async open(
    url: string,
    { tty, stdin, stdout, stderr }: StreamChoice,
    signal: AbortSignal,
  ): Promise<RemoteSession> {
    const { promise: closed, resolve } = Promise.withResolvers<CriError | undefined>();
    const dialled = await dialSpdy({ url: dialable(url), protocols, onClose: resolve, signal });
    const { connection } = dialled;
    const open = (type: string) => connection.open(new Map([["streamtype", type]]), signal);
    const wanted = async (isWanted: boolean, type: string) =>
      isWanted ? await open(type) : undefined;
    try {
      // One after the other, in the order of Kubernetes' own client.
      const streams: Streams = {
        error: await open("error"),
        stdin: await wanted(stdin, "stdin"),
        stdout: await wanted(stdout, "stdout"),
        stderr: await wanted(stderr && !tty, "stderr"),
        resize: await wanted(tty, "resize"),
      };
      return new RemoteSession(connection, streams, closed);
    } catch (thrown) {
      connection.end();
      throw thrown;
    }
  }

  /** Its end is the end of the process's input. */
  get stdin(): Writable | undefined {
    return this.#streams.stdin;
  }

  get stdout(): Readable | undefined {
    return this.#streams.stdout;
  }

  get stderr(): Readable | undefined {
    return this.#streams.stderr;
  }

  /** Tells the size of the terminal; nothing without one. */
  resize({ width, height }: TerminalSize): void {
    const { resize } = this.#streams;
    if (resize?.writable === true)
      resize.write(`${JSON.stringify({ Width: width, Height: height })}\n`);
  }

  /** Returns the exit code when it has ended; output may then still wait to be read. Throws Unavailable when the connection is lost. */
  async ended(): Promise<number> {
    return exitCodeOf(await text(this.#streams.error));
  }

  /** Resolves when the connection is closed. */
  async closed(): Promise<void> {
    await this.#closed;
  }

  /** Ends the connection; what was not read is lost, and the server lets go of the rest. */
  [Symbol.dispose](): void {
    this.#connection.end();
  }
}
