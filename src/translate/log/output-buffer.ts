/** A byte buffer that grows and is used again: nothing is allocated for a line. */
export class OutputBuffer {
  bytes: Buffer;
  /** How many of the bytes are written. Whoever writes into `bytes` sets it. */
  length = 0;

  constructor(initialBytes: number) {
    this.bytes = Buffer.allocUnsafeSlow(initialBytes);
  }

  /** Makes room for that many bytes more; `bytes` may be another object afterwards. */
  reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.bytes.length));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }

  /** Appends bytes as they are. */
  append(source: Uint8Array): void {
    this.reserve(source.length);
    this.bytes.set(source, this.length);
    this.length += source.length;
  }

  /** Appends text whose characters are all ASCII. */
  appendAscii(text: string): void {
    this.reserve(text.length);
    this.length += this.bytes.write(text, this.length, "latin1");
  }

  /** What is written, as a view: valid until the next write. */
  view(): Buffer {
    return this.bytes.subarray(0, this.length);
  }
}
