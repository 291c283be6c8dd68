import { CriError } from "../../model/error.ts";

/** Reads bits as deflate packs them: from the low end of each byte. Throws InvalidArgument when they run out. */
export class BitReader {
  readonly #bytes: Uint8Array;
  /** The next bit, counted from the first byte's lowest. */
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether every bit was read. */
  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length * 8;
  }

  bit(): number {
    const byte = this.#bytes[this.#at >> 3];
    if (byte === undefined) throw ranOut();
    const bit = (byte >> (this.#at & 7)) & 1;
    this.#at += 1;
    return bit;
  }

  /** A number of up to 16 bits, its low end first. */
  bits(count: number): number {
    let value = 0;
    for (let place = 0; place < count; place += 1) value |= this.bit() << place;
    return value;
  }

  /** Whole bytes, after the rest of a begun one was passed over. */
  bytes(count: number): Uint8Array {
    const start = (this.#at + 7) >> 3;
    if (start + count > this.#bytes.length) throw ranOut();
    this.#at = (start + count) * 8;
    return this.#bytes.subarray(start, start + count);
  }
}

function ranOut(): CriError {
  return new CriError("InvalidArgument", "SPDY: a compressed header block ends too early");
}
