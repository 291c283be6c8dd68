/** Wire types of protobuf. */
const varintType = 0;
const fixed64Type = 1;
const bytesType = 2;

const exact = BigInt(Number.MAX_SAFE_INTEGER);

/** How many bytes a number takes in a field of a number below 16. */
export function sizeOfNumber(value: bigint): number {
  if (value <= exact) return 1 + sizeOfVarint(Number(value));
  let size = 1;
  for (let rest = value; rest > 0n; rest >>= 7n) size += 1;
  return size;
}

/** How many bytes a text or a message of that length takes in a field of a number below 16. */
export function sizeOfBytes(length: number): number {
  return 1 + sizeOfVarint(length) + length;
}

function sizeOfVarint(value: number): number {
  let size = 1;
  for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) size += 1;
  return size;
}

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

  double(field: number, value: number): this {
    this.#tag(field, fixed64Type).#reserve(8);
    this.#length = this.#buffer.writeDoubleLE(value, this.#length);
    return this;
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

  /** Adds a message with the fields that `write` adds; its length is put before it when it is known. */
  message(field: number, write: () => void): this {
    this.#tag(field, bytesType);
    const start = this.#length;
    // Room for the length: most messages need a single byte.
    this.#byte(0);
    write();
    const size = this.#length - start - 1;
    const further = bytesOfVarint(size) - 1;
    this.#reserve(further);
    if (further > 0) this.#buffer.copyWithin(start + 1 + further, start + 1, this.#length);
    const end = this.#length + further;
    this.#length = start;
    this.#varintBytes(size);
    this.#length = end;
    return this;
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
    // In two halves: arithmetic on a bigint makes a new one at each step.
    let low = Number(BigInt.asUintN(32, value));
    let high = Number(value >> 32n);
    while (high > 0 || low > 127) {
      this.#byte((low % 128) + 128);
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.#byte(low);
    return this;
  }

  #varint(value: number): this {
    this.#reserve(10);
    return this.#varintBytes(value);
  }

  #varintBytes(value: number): this {
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

function bytesOfVarint(value: number): number {
  let count = 1;
  for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) count += 1;
  return count;
}
