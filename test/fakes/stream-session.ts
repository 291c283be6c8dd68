import { PassThrough } from "node:stream";
import type { StreamChoice, StreamSession, TerminalSize } from "../../src/model/streaming.ts";

/** A client's end of a session, in memory; what it gets is collected. */
export interface FakeClient {
  readonly streams: StreamChoice;
  readonly session: StreamSession;
  /** What the client writes; end it to close its input. */
  readonly stdin: PassThrough;
  /** All that has come so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly resize: (size: TerminalSize) => void;
  /** Ends the sizes, as the end of a session does. */
  readonly end: () => void;
}

/** Returns a client with those streams. */
export function fakeClient(choice: Partial<StreamChoice> = {}): FakeClient {
  const streams = { tty: false, stdin: true, stdout: true, stderr: true, ...choice };
  const stdin = new PassThrough();
  const stdout = collector();
  const stderr = collector();
  const sizes = new Sizes();
  return {
    streams,
    stdin,
    session: {
      stdin: streams.stdin ? stdin : undefined,
      stdout: streams.stdout ? stdout.stream : undefined,
      stderr: streams.stderr && !streams.tty ? stderr.stream : undefined,
      resizes: sizes,
    },
    stdout: stdout.text,
    stderr: stderr.text,
    resize: (size) => sizes.put(size),
    end: () => sizes.end(),
  };
}

function collector() {
  const chunks: Buffer[] = [];
  const stream = new PassThrough();
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return { stream, text: () => Buffer.concat(chunks).toString() };
}

/** Keeps the newest size for a slow reader. */
class Sizes implements AsyncIterable<TerminalSize> {
  #newest: TerminalSize | undefined;
  #isEnded = false;
  #wake = (): void => undefined;

  put(size: TerminalSize): void {
    this.#newest = size;
    this.#wake();
  }

  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TerminalSize, void> {
    for (;;) {
      const size = this.#newest;
      this.#newest = undefined;
      if (size !== undefined) yield size;
      else if (this.#isEnded) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
