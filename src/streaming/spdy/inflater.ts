import { CriError } from "../../model/error.ts";
import { BitReader } from "./bit-reader.ts";
import { fixedDistances, fixedLiterals, HuffmanCode } from "./huffman-code.ts";

/** RFC 1951: as far as a copy may reach back. */
const windowBytes = 32 * 1024;
const firstBytes = 4 * 1024;

/** RFC 1951, 3.2.5: what the codes 257 … 285 and 0 … 29 stand for: a least value, and so many bits more. */
const lengthBases: readonly number[] = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
  163, 195, 227, 258,
];
const lengthBits: readonly number[] = [
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];
const distanceBases: readonly number[] = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049,
  3073, 4097, 6145, 8193, 12289, 16385, 24577,
];
const distanceBits: readonly number[] = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];
const endOfBlock = 256;

/** 3.2.7: in which order the lengths of the code for code lengths stand. */
const lengthOrder: readonly number[] = [
  16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/** What a zlib stream is read with. */
export interface InflaterOptions {
  readonly dictionary: Uint8Array;
  /** Adler-32 of the dictionary, by which streams name it. */
  readonly dictionaryId: number;
  /** What one piece may give at most. */
  readonly maxPieceBytes: number;
}

/**
 * Decompresses one zlib stream (RFC 1950, 1951) in pieces, each flushed to whole bytes. It waits for nothing, unlike Node's own,
 * whose thread pool may hang on a dead disk, and gives no more than it is allowed to.
 */
export class Inflater {
  readonly #options: InflaterOptions;
  /** The window, and after it what the piece has given so far. */
  #history: Uint8Array = new Uint8Array(firstBytes);
  #end = 0;
  #limit = 0;
  #begun = false;

  constructor(options: InflaterOptions) {
    this.#options = options;
  }

  /** Returns what the next piece holds, valid until the next call. Throws InvalidArgument: it is damaged, or gives too much. */
  inflate(piece: Uint8Array): Uint8Array {
    const bits = new BitReader(piece);
    if (!this.#begun) this.#begin(bits);
    this.#forget();
    const start = this.#end;
    this.#limit = start + this.#options.maxPieceBytes;
    while (!bits.isAtEnd) this.#block(bits);
    return this.#history.subarray(start, this.#end);
  }

  /** RFC 1950, 2.2: method and flags, and perhaps the dictionary's id. */
  #begin(bits: BitReader): void {
    const method = bits.bits(8);
    const flags = bits.bits(8);
    if ((method & 15) !== 8 || (method * 256 + flags) % 31 !== 0) throw damaged("has no zlib head");
    const { dictionary, dictionaryId } = this.#options;
    if ((flags & 32) !== 0) {
      const [a = 0, b = 0, c = 0, d = 0] = bits.bytes(4);
      if (((a << 24) | (b << 16) | (c << 8) | d) >>> 0 !== dictionaryId) {
        throw damaged("was made with another dictionary");
      }
      this.#limit = dictionary.length;
      this.#putAll(dictionary);
    }
    this.#begun = true;
  }

  /** Keeps no more than the window of what was given before. */
  #forget(): void {
    if (this.#end <= windowBytes) return;
    this.#history.copyWithin(0, this.#end - windowBytes, this.#end);
    this.#end = windowBytes;
  }

  /** 3.2.3: one bit tells the last block, which a stream of flushed pieces never reaches. */
  #block(bits: BitReader): void {
    if (bits.bit() === 1) throw damaged("ends the stream");
    const type = bits.bits(2);
    if (type === 0) this.#stored(bits);
    else if (type === 1) this.#coded(bits, fixedLiterals, fixedDistances);
    else if (type === 2) this.#withItsOwnCodes(bits);
    else throw damaged("has a block of no type");
  }

  #stored(bits: BitReader): void {
    const [low = 0, high = 0, notLow = 0, notHigh = 0] = bits.bytes(4);
    if ((low ^ notLow) !== 255 || (high ^ notHigh) !== 255) throw damaged("has a wrong length");
    this.#putAll(bits.bytes(low + high * 256));
  }

  /** 3.2.7: the codes' lengths are coded themselves. */
  #withItsOwnCodes(bits: BitReader): void {
    const literalCount = bits.bits(5) + 257;
    const distanceCount = bits.bits(5) + 1;
    const orderCount = bits.bits(4) + 4;
    const ofLengths = times(19, 0);
    for (const symbol of lengthOrder.slice(0, orderCount)) ofLengths[symbol] = bits.bits(3);
    const lengths = readLengths(bits, new HuffmanCode(ofLengths), literalCount + distanceCount);
    const literals = new HuffmanCode(lengths.slice(0, literalCount));
    this.#coded(bits, literals, new HuffmanCode(lengths.slice(literalCount)));
  }

  #coded(bits: BitReader, literals: HuffmanCode, distances: HuffmanCode): void {
    for (;;) {
      const symbol = literals.read(bits);
      if (symbol === endOfBlock) return;
      if (symbol < endOfBlock) this.#put(symbol);
      else {
        const length = valueOf(bits, symbol - 257, lengthBases, lengthBits);
        this.#copy(length, valueOf(bits, distances.read(bits), distanceBases, distanceBits));
      }
    }
  }

  /** What is copied may overlap with its copy: byte by byte. */
  #copy(length: number, distance: number): void {
    if (distance > this.#end) throw damaged("reaches back too far");
    for (let count = 0; count < length; count += 1) {
      this.#put(this.#history[this.#end - distance] ?? 0);
    }
  }

  #putAll(bytes: Uint8Array): void {
    for (const byte of bytes) this.#put(byte);
  }

  #put(byte: number): void {
    if (this.#end >= this.#limit) throw damaged("is too long");
    if (this.#end === this.#history.length) this.#grow();
    this.#history[this.#end] = byte;
    this.#end += 1;
  }

  #grow(): void {
    const larger = new Uint8Array(this.#history.length * 2);
    larger.set(this.#history);
    this.#history = larger;
  }
}

function readLengths(bits: BitReader, code: HuffmanCode, count: number): number[] {
  const lengths: number[] = [];
  while (lengths.length < count) {
    const symbol = code.read(bits);
    if (symbol < 16) lengths.push(symbol);
    else lengths.push(...repeated(bits, symbol, lengths.at(-1)));
  }
  if (lengths.length > count) throw damaged("has too many code lengths");
  return lengths;
}

/** 3.2.7: 16 repeats the last length, 17 and 18 stand for zeros. */
function repeated(bits: BitReader, symbol: number, last: number | undefined): number[] {
  if (symbol === 17) return times(bits.bits(3) + 3, 0);
  if (symbol === 18) return times(bits.bits(7) + 11, 0);
  if (last === undefined) throw damaged("repeats a length before the first");
  return times(bits.bits(2) + 3, last);
}

function times(length: number, value: number): number[] {
  return Array.from({ length }, () => value);
}

function valueOf(
  bits: BitReader,
  symbol: number,
  ...[bases, more]: readonly [readonly number[], readonly number[]]
): number {
  const base = bases[symbol];
  if (base === undefined) throw damaged("has a code without a meaning");
  return base + bits.bits(more[symbol] ?? 0);
}

function damaged(what: string): CriError {
  return new CriError("InvalidArgument", `SPDY: a compressed header block ${what}`);
}
