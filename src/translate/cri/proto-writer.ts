/** Kinds of values on the wire (protobuf's encoding guide): the low three bits of what precedes each. */
const varintType = 0;
const fixed64Type = 1;
const lengthType = 2;

const lowBits = 0x7f;
const moreFollows = 0x80;

/** Makes the fields of a message; the scalars' defaults are left out, as proto3 does. */
export class ProtoWriter {
  #bytes = Buffer.allocUnsafe(64 << 10);
  #length = 0;

  /** Takes an int64 or uint64 that is not negative. */
  integer(field: number, value: bigint): void {
    if (value === 0n) return;
    this.#reserve(20);
    this.#varint(tag(field, varintType));
    this.#bigVarint(value);
  }

  double(field: number, value: number): void {
    if (value === 0) return;
    this.#reserve(20);
    this.#varint(tag(field, fixed64Type));
    this.#length = this.#bytes.writeDoubleLE(value, this.#length);
  }

  text(field: number, value: string): void {
    if (value === "") return;
    const length = Buffer.byteLength(value);
    this.#reserve(length + 20);
    this.#varint(tag(field, lengthType));
    this.#varint(length);
    this.#length += this.#bytes.write(value, this.#length);
  }

  /** Takes what another writer made of a message, or a part of this one's fields. */
  raw(fields: Uint8Array): void {
    this.#reserve(fields.length);
    this.#bytes.set(fields, this.#length);
    this.#length += fields.length;
  }

  /** A message within, which is there though it may have no fields. */
  message(field: number, write: (writer: this) => void): void {
    this.#reserve(20);
    this.#varint(tag(field, lengthType));
    // Its length goes before it and is known after it; most need a single byte.
    const start = this.#length + 1;
    this.#length = start;
    write(this);
    const size = this.#length - start;
    const further = bytesOfVarint(size) - 1;
    if (further > 0) {
      this.#reserve(further);
      this.#bytes.copyWithin(start + further, start, this.#length);
    }
    this.#length = start - 1;
    this.#varint(size);
    this.#length += size;
  }

  /** Returns the bytes of a message with the fields that `write` writes. Not to be called from within another message of this writer. */
  bytesOf(write: (writer: this) => void): Buffer {
    this.#length = 0;
    write(this);
    return Buffer.from(this.#bytes.subarray(0, this.#length));
  }

  #varint(value: number): void {
    let rest = value;
    while (rest > lowBits) {
      this.#bytes[this.#length++] = (rest & lowBits) | moreFollows;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  /** In two halves: arithmetic on a bigint makes a new one at each step. */
  #bigVarint(value: bigint): void {
    let low = Number(BigInt.asUintN(32, value));
    let high = Number(value >> 32n);
    while (high > 0 || low > lowBits) {
      this.#bytes[this.#length++] = (low & lowBits) | moreFollows;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.#bytes[this.#length++] = low;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

function tag(field: number, type: number): number {
  return (field << 3) | type;
}

function bytesOfVarint(value: number): number {
  let count = 1;
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) count += 1;
  return count;
}
