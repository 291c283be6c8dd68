/** Whose bytes they are. */
export type FrameStream = "stdout" | "stderr";

const headerBytes = 8;

/**
 * Takes apart the stream in which docker mixes stdout and stderr of a process without a terminal:
 * ```
 * byte 0: 1 stdout, 2 stderr · 1–3: 0 · 4–7: length, big endian · then that many bytes
 * ```
 * Chunks may be cut anywhere; bytes are passed on as they come, so nothing is buffered but a part of a header.
 */
export class StreamFrames {
  readonly #onBytes: (stream: FrameStream, bytes: Buffer) => void;
  readonly #header = Buffer.alloc(headerBytes);
  #headerFilled = 0;
  #remaining = 0;

  constructor(onBytes: (stream: FrameStream, bytes: Buffer) => void) {
    this.#onBytes = onBytes;
  }

  /** Takes the next bytes from docker. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length)
      at += this.#remaining > 0 ? this.#body(chunk, at) : this.#head(chunk, at);
  }

  #head(chunk: Buffer, at: number): number {
    const taken = chunk.copy(this.#header, this.#headerFilled, at);
    this.#headerFilled += taken;
    if (this.#headerFilled < headerBytes) return taken;
    this.#headerFilled = 0;
    this.#remaining = this.#header.readUInt32BE(4);
    return taken;
  }

  #body(chunk: Buffer, at: number): number {
    const bytes = chunk.subarray(at, at + this.#remaining);
    this.#remaining -= bytes.length;
    this.#onBytes(this.#header[0] === 2 ? "stderr" : "stdout", bytes);
    return bytes.length;
  }
}
