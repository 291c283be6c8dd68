import { CriError } from "../../model/error.ts";

/** Names are lower-case. */
export type SpdyHeaders = ReadonlyMap<string, string>;

/** Kubernetes' clients send three. */
const maxHeaders = 64;

/**
 * Writes names and values as SPDY/3 does (draft 3, 2.6.10), not compressed:
 * ```
 *  count (4 bytes) { length (4) name  length (4) value } …
 * ```
 */
export function encodeHeaderBlock(headers: SpdyHeaders): Buffer {
  const texts = [...headers].flatMap(([name, value]) => [name.toLowerCase(), value]);
  const parts = texts.map((text) => Buffer.from(text, "utf8"));
  return Buffer.concat([
    number(headers.size),
    ...parts.flatMap((part) => [number(part.length), part]),
  ]);
}

/**
 * Reads what `encodeHeaderBlock` writes; of several values of a name the first is kept. Throws InvalidArgument: lengths that do
 * not fit, a name that is empty, not in lower case or there twice, too many names.
 */
export function decodeHeaderBlock(block: Uint8Array): SpdyHeaders {
  const reader = new BlockReader(block);
  const count = reader.number();
  if (count > maxHeaders) throw wrong(`has more than ${maxHeaders} names`);
  const headers = new Map<string, string>();
  for (let index = 0; index < count; index += 1) {
    const name = reader.text();
    if (name === "" || name !== name.toLowerCase())
      throw wrong("has a name that is not lower-case");
    if (headers.has(name)) throw wrong("has a name twice");
    headers.set(name, reader.text().split("\0", 1)[0] ?? "");
  }
  if (!reader.isAtEnd) throw wrong("is longer than its names and values");
  return headers;
}

class BlockReader {
  readonly #block: Buffer;
  #at = 0;

  constructor(block: Uint8Array) {
    this.#block = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at === this.#block.length;
  }

  number(): number {
    return this.#take(4).readUInt32BE();
  }

  text(): string {
    return this.#take(this.number()).toString("utf8");
  }

  #take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#block.length) throw wrong("ends too early");
    const bytes = this.#block.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }
}

function number(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function wrong(what: string): CriError {
  return new CriError("InvalidArgument", `SPDY: a header block ${what}`);
}
