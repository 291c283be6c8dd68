import type { Duplex } from "node:stream";
import type { CriError } from "../../model/error.ts";
import type { ControlFrame } from "./frame.ts";
import { dataHead, FrameEncoder } from "./frame-encoder.ts";

/** Called when there is room for more, or with the reason why there never will be. */
export type Sent = (error?: Error | null) => void;

/** Larger pieces go into several frames: the peer's reader makes room for a whole one. */
const maxFrameBytes = 256 * 1024;
/** Up to here it is cheaper to copy than to send in two parts. */
const smallBytes = 1024;

/** Writes frames to a socket, without a copy of the data, and tells the writers when it has room. */
export class FrameWriter {
  readonly #socket: Duplex;
  readonly #encoder = new FrameEncoder();
  readonly #waiting: Sent[] = [];
  #unreadAnswers = 0;
  #closed: CriError | undefined;

  constructor(socket: Duplex) {
    this.#socket = socket;
    socket.on("drain", () => this.#onDrain());
  }

  /** Control frames that were written while the peer took nothing: it may have asked for them, so they are to be bounded. */
  get unreadAnswers(): number {
    return this.#unreadAnswers;
  }

  control(frame: ControlFrame): void {
    if (this.#closed !== undefined) return;
    this.#socket.write(this.#encoder.control(frame));
    if (this.#socket.writableNeedDrain) this.#unreadAnswers += 1;
  }

  /** Writes bytes that are frames already, but only when nothing else waits. */
  whenIdle(frames: Buffer): void {
    if (this.#closed === undefined && !this.#socket.writableNeedDrain) this.#socket.write(frames);
  }

  /** Writes data of a stream; no data: its end. */
  data(streamId: number, chunks: readonly Buffer[], sent: Sent): void {
    if (this.#closed !== undefined) {
      sent(this.#closed);
      return;
    }
    if (chunks.length === 0) this.#socket.write(dataHead(streamId, 0, true));
    else this.#write(streamId, chunks);
    if (this.#socket.writableNeedDrain) this.#waiting.push(sent);
    else sent();
  }

  /** From now on nothing is written, and whoever waits fails. */
  close(reason: CriError): void {
    this.#closed ??= reason;
    for (const sent of this.#waiting.splice(0)) sent(reason);
  }

  #write(streamId: number, chunks: readonly Buffer[]): void {
    const length = lengthOf(chunks);
    if (length <= smallBytes) {
      this.#socket.write(Buffer.concat([dataHead(streamId, length, false), ...chunks]));
      return;
    }
    this.#socket.cork();
    if (length <= maxFrameBytes) this.#writeFrame(streamId, chunks, length);
    else for (const chunk of chunks) this.#writePieces(streamId, chunk);
    this.#socket.uncork();
  }

  #writePieces(streamId: number, chunk: Buffer): void {
    for (let at = 0; at < chunk.length; at += maxFrameBytes) {
      const piece = chunk.subarray(at, at + maxFrameBytes);
      this.#writeFrame(streamId, [piece], piece.length);
    }
  }

  #writeFrame(streamId: number, chunks: readonly Buffer[], length: number): void {
    this.#socket.write(dataHead(streamId, length, false));
    for (const chunk of chunks) this.#socket.write(chunk);
  }

  #onDrain(): void {
    this.#unreadAnswers = 0;
    for (const sent of this.#waiting.splice(0)) sent();
  }
}

/** How many bytes they have together. */
export function lengthOf(chunks: readonly Buffer[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}
