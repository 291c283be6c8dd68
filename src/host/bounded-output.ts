/** Collects output up to a number of bytes. */
export class BoundedOutput {
  readonly limit: number;
  readonly #chunks: Buffer[] = [];
  #size = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Keeps what fits; returns false once something did not. */
  push(chunk: Buffer): boolean {
    const room = this.limit - this.#size;
    const kept = chunk.length > room ? chunk.subarray(0, room) : chunk;
    if (kept.length > 0) this.#chunks.push(kept);
    this.#size += kept.length;
    return kept.length === chunk.length;
  }

  /** Returns everything kept so far, as one buffer. */
  bytes(): Buffer {
    return Buffer.concat(this.#chunks, this.#size);
  }
}
