import type { Duplex } from "node:stream";
import { lengthOf, type Sent, SocketWriter } from "../socket-writer.ts";
import type { ControlFrame } from "./frame.ts";
import { dataHead, FrameEncoder, ignoredFrame } from "./frame-encoder.ts";

/** Larger pieces go into several frames: the peer's reader makes room for a whole one. */
const maxFrameBytes = 256 * 1024;

/** Writes frames to a socket. */
export class FrameWriter {
  readonly #writer: SocketWriter;
  readonly #encoder = new FrameEncoder();
  #unreadAnswers = 0;

  constructor(socket: Duplex) {
    this.#writer = new SocketWriter(socket);
    socket.on("drain", () => {
      this.#unreadAnswers = 0;
    });
  }

  /** Control frames that were written while the peer took nothing: it may have asked for them, so they are to be bounded. */
  get unreadAnswers(): number {
    return this.#unreadAnswers;
  }

  control(frame: ControlFrame): void {
    this.#writer.write([this.#encoder.control(frame)]);
    if (this.#writer.isFull) this.#unreadAnswers += 1;
  }

  /** Sends something that the peer ignores, unless it will hear from us anyway. */
  probe(): void {
    if (!this.#writer.isFull) this.#writer.write([ignoredFrame()]);
  }

  /** Writes data of a stream; no data: its end. */
  data(streamId: number, chunks: readonly Buffer[], sent: Sent): void {
    const length = lengthOf(chunks);
    if (chunks.length === 0) this.#writer.write([dataHead(streamId, 0, true)], sent);
    else if (length <= maxFrameBytes) {
      this.#writer.write([dataHead(streamId, length, false), ...chunks], sent);
    } else {
      this.#writer.write(
        chunks.flatMap((chunk) => framesOf(streamId, chunk)),
        sent,
      );
    }
  }

  /** From now on nothing is written, and whoever waits fails. */
  close(reason: Error): void {
    this.#writer.close(reason);
  }
}

function framesOf(streamId: number, chunk: Buffer): readonly Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < chunk.length; at += maxFrameBytes) {
    const piece = chunk.subarray(at, at + maxFrameBytes);
    parts.push(dataHead(streamId, piece.length, false), piece);
  }
  return parts;
}
