/** Wire types of protobuf. */
const varintType = 0;
const bytesType = 2;

const exact = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * Writes protobuf messages (protobuf.dev/programming-guides/encoding), for answers whose ten thousand like parts a general
 * encoder takes too long for. A zero and an empty text are written like any other value.
 */
export class MessageWriter {
  #buffer: Buffer;
  #length = 0;

  /** Takes how many bytes there may be; it grows beyond. */
  constructor(expectedBytes = 256) {
    this.#buffer = Buffer.allocUnsafe(expectedBytes);
  }

  /** Adds bytes as they are: fields written before. */
  raw(bytes: Uint8Array): this {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  /** Adds a number of 64 bits without sign. */
  number(field: number, value: bigint): this {
    return this.#tag(field, varintType).#big(value);
  }

  text(field: number, value: string): this {
    const length = Buffer.byteLength(value);
    this.length(field, length).#reserve(length);
    this.#length += this.#buffer.write(value, this.#length);
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    return this.length(field, value.length).raw(value);
  }

  /** Begins a message within this one, of that many bytes, which follow. */
  length(field: number, bytes: number): this {
    return this.#tag(field, bytesType).#varint(bytes);
  }

  /** Returns what was written. */
  finish(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  #tag(field: number, type: number): this {
    return this.#varint(field * 8 + type);
  }

  #big(value: bigint): this {
    if (value <= exact) return this.#varint(Number(value));
    this.#reserve(10);
    let rest = value;
    for (; rest > 127n; rest >>= 7n) this.#byte(Number(rest & 127n) + 128);
    this.#byte(Number(rest));
    return this;
  }

  #varint(value: number): this {
    this.#reserve(10);
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.#byte((rest % 128) + 128);
    this.#byte(rest);
    return this;
  }

  #byte(value: number): void {
    this.#buffer[this.#length] = value;
    this.#length += 1;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }
}
