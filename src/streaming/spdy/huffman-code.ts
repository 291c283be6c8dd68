import { CriError } from "../../model/error.ts";
import type { BitReader } from "./bit-reader.ts";

/** RFC 1951, 3.2.7: no code is longer. */
const maxLength = 15;

/** A canonical Huffman code (RFC 1951, 3.2.2): the lengths of its codes tell all. */
export class HuffmanCode {
  /** Length → how many codes have it. */
  readonly #counts = new Uint16Array(maxLength + 1);
  /** In the order of their codes. */
  readonly #symbols: Uint16Array;

  /** Takes for each symbol the length of its code, 0 for none. Throws InvalidArgument when there are more codes than bits allow. */
  constructor(lengths: readonly number[]) {
    for (const length of lengths) this.#counts[length] = (this.#counts[length] ?? 0) + 1;
    this.#counts[0] = 0;
    refuseTooMany(this.#counts);
    const next = new Uint16Array(maxLength + 2);
    for (let length = 1; length <= maxLength; length += 1) {
      next[length + 1] = (next[length] ?? 0) + (this.#counts[length] ?? 0);
    }
    this.#symbols = new Uint16Array(lengths.length);
    for (const [symbol, length] of lengths.entries()) {
      if (length === 0) continue;
      const place = next[length] ?? 0;
      this.#symbols[place] = symbol;
      next[length] = place + 1;
    }
  }

  /** Reads one symbol. Throws InvalidArgument when the bits are no code. */
  read(bits: BitReader): number {
    let code = 0;
    /** The first code of this length, and where its symbol stands. */
    let first = 0;
    let place = 0;
    for (let length = 1; length <= maxLength; length += 1) {
      code = (code << 1) | bits.bit();
      const count = this.#counts[length] ?? 0;
      first <<= 1;
      if (code - first < count) return this.#symbols[place + code - first] ?? 0;
      first += count;
      place += count;
    }
    throw new CriError("InvalidArgument", "SPDY: a compressed header block has an unknown code");
  }
}

function refuseTooMany(counts: Uint16Array): void {
  let free = 1;
  for (let length = 1; length <= maxLength; length += 1) {
    free = free * 2 - (counts[length] ?? 0);
    if (free >= 0) continue;
    throw new CriError("InvalidArgument", "SPDY: a compressed header block has too many codes");
  }
}

function lengths(...runs: readonly (readonly [length: number, times: number])[]): number[] {
  return runs.flatMap(([length, times]) => Array.from({ length: times }, () => length));
}

/** RFC 1951, 3.2.6: the codes of blocks that bring none. */
export const fixedLiterals = new HuffmanCode(lengths([8, 144], [9, 112], [7, 24], [8, 8]));
/** The same for distances. */
export const fixedDistances = new HuffmanCode(lengths([5, 30]));
