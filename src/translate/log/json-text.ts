/**
 * Reads the text of a JSON string byte by byte and writes it as UTF-8, escapes resolved. One object is used for every
 * line: positions go in and out by its fields, since returning them would allocate.
 */
export class JsonText {
  /** Position in the source: after the opening quote before `decode`, at the closing quote after it. */
  at = 0;
  /** Position in the target: where to write before `decode`, after the last byte after it. */
  to = 0;
  /** Bits of all bytes taken as they stand; 0x80 is set when one was not ASCII, so UTF-8 is still to be checked. */
  seen = 0;

  /**
   * Decodes up to the closing quote. The target must have as many bytes left as the source: text only shrinks.
   * Returns false when this is no JSON string, or has a newline before its end, which needs several log lines.
   */
  decode(source: Uint8Array, target: Uint8Array): boolean {
    let { at, to, seen } = this;
    for (;;) {
      let byte = source[at] ?? 0;
      while (plain[byte] === 1) {
        target[to] = byte;
        seen |= byte;
        to += 1;
        at += 1;
        byte = source[at] ?? 0;
      }
      this.at = at;
      this.to = to;
      this.seen = seen;
      if (byte === quote) return true;
      if (byte !== backslash || !this.#escape(source, target)) return false;
      at = this.at;
      to = this.to;
    }
  }

  #escape(source: Uint8Array, target: Uint8Array): boolean {
    const letter = source[this.at + 1] ?? 0;
    if (letter === letterU) return this.#unicode(source, target);
    const byte = escapes[letter] ?? 0;
    if (byte === 0 || (byte === newline && source[this.at + 2] !== quote)) return false;
    target[this.to] = byte;
    this.to += 1;
    this.at += 2;
    return true;
  }

  #unicode(source: Uint8Array, target: Uint8Array): boolean {
    const unit = hex4(source, this.at + 2);
    if (unit < 0 || unit === newline) return false;
    this.at += 6;
    const point = isHighSurrogate(unit) ? this.#pair(source, unit) : unit;
    this.to = writeUtf8(target, this.to, isSurrogate(point) ? replacement : point);
    return true;
  }

  /** Half a pair alone becomes U+FFFD, as Go's and JavaScript's encoders have it. */
  #pair(source: Uint8Array, high: number): number {
    const escaped = source[this.at] === backslash && source[this.at + 1] === letterU;
    const low = escaped ? hex4(source, this.at + 2) : -1;
    if (low < 0xdc00 || low > 0xdfff) return replacement;
    this.at += 6;
    return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
  }
}

const quote = 0x22;
const backslash = 0x5c;
const letterU = 0x75;
const newline = 0x0a;
const replacement = 0xfffd;

/** 1 for the bytes that stand for themselves in a JSON string. */
const plain = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x20 || byte === quote || byte === backslash ? 0 : 1,
);

/** Letter after the backslash → byte; 0 where there is no such escape. */
const escapes = new Uint8Array(256);
for (const [letter, meaning] of ['""', "\\\\", "//", "b\b", "f\f", "n\n", "r\r", "t\t"]) {
  escapes[(letter ?? "").charCodeAt(0)] = (meaning ?? "").charCodeAt(0);
}

/** Hexadecimal digit → value, 255 for everything else. */
const hexValue = Uint8Array.from({ length: 256 }, (_, byte) => {
  const value = Number.parseInt(String.fromCharCode(byte), 16);
  return Number.isNaN(value) ? 255 : value;
});

function hex4(source: Uint8Array, at: number): number {
  let unit = 0;
  for (let index = at; index < at + 4; index += 1) {
    const value = hexValue[source[index] ?? 0] ?? 255;
    if (value === 255) return -1;
    unit = (unit << 4) | value;
  }
  return unit;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

function writeUtf8(target: Uint8Array, to: number, point: number): number {
  if (point < 0x80) {
    target[to] = point;
    return to + 1;
  }
  const size = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  target[to] = (0xf00 >> size) | (point >> (6 * (size - 1)));
  for (let index = 1; index < size; index += 1) {
    target[to + index] = 0x80 | ((point >> (6 * (size - 1 - index))) & 0x3f);
  }
  return to + size;
}
