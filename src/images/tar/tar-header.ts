import { CriError } from "../../model/error.ts";

/** Tar is made of blocks of this size (POSIX.1-2017, pax, "ustar Interchange Format"). */
export const blockBytes = 512;

/**
 * What a member's first block says:
 * ```
 *   0 name 100 │ 100 mode 8 │ 108 uid 8 │ 116 gid 8 │ 124 size 12 │ 136 mtime 12 │ 148 checksum 8 │ 156 type 1
 *   157 link name 100 │ 257 magic 8 │ 265 user, group 64 │ 329 device 16 │ 345 prefix 155 │ 500 –
 * ```
 */
export interface TarHeader {
  /** With the prefix before it. */
  readonly path: string;
  /** One character: `0` file, `1` hard link, `2` symlink, `3` and `4` devices, `5` folder, `6` pipe, `x` `g` pax, `L` `K` long names. */
  readonly type: string;
  readonly linkPath: string;
  /** Of the data that follows, without the padding to whole blocks. */
  readonly sizeBytes: number;
}

/** Reads a block. Returns undefined for one of zeros, which ends an archive. Throws InvalidArgument for what is no header. */
export function parseTarHeader(block: Buffer): TarHeader | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  if (numberAt(block, 148, 8) !== checksumOf(block))
    throw malformed("a header's checksum is wrong");
  // GNU tar puts times where POSIX has the prefix.
  const prefix = block.toString("latin1", 257, 263) === "ustar\0" ? textAt(block, 345, 155) : "";
  const name = textAt(block, 0, 100);
  const type = String.fromCharCode(block[156] ?? 0);
  return {
    path: prefix === "" ? name : `${prefix}/${name}`,
    type: type === "\0" || type === "7" ? "0" : type,
    linkPath: textAt(block, 157, 100),
    sizeBytes: numberAt(block, 124, 12),
  };
}

/** Returns how many bytes of padding follow that many bytes of data. */
export function paddingAfter(bytes: number): number {
  return (blockBytes - (bytes % blockBytes)) % blockBytes;
}

/** Reads the records of a pax header: `LENGTH KEY=VALUE\n`, the length with itself. Throws InvalidArgument. */
export function parsePax(bytes: Buffer): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const length = Number(bytes.toString("latin1", at, space));
    const end = at + length;
    const isWhole =
      space > at && Number.isSafeInteger(length) && end <= bytes.length && bytes[end - 1] === 0x0a;
    const equals = bytes.indexOf(0x3d, space);
    if (!isWhole || equals < 0 || equals >= end) throw malformed("a pax record is damaged");
    records.set(
      bytes.toString("utf8", space + 1, equals),
      bytes.toString("utf8", equals + 1, end - 1),
    );
    at = end;
  }
  return records;
}

/** The error for what is no tar. */
export function malformed(what: string): CriError {
  return new CriError("InvalidArgument", `layer: ${what}`);
}

/** Names end at a NUL or fill their field. */
function textAt(block: Buffer, at: number, length: number): string {
  const end = block.indexOf(0, at);
  return block.toString("utf8", at, end < 0 || end > at + length ? at + length : end);
}

/** Octal digits, or beyond eight of them a binary number marked by its first bit (GNU). */
function numberAt(block: Buffer, at: number, length: number): number {
  const first = block[at] ?? 0;
  if ((first & 0x80) !== 0) {
    if (first !== 0x80) throw malformed("a negative number");
    const value = block.subarray(at + 1, at + length).reduce((sum, byte) => sum * 256 + byte, 0);
    if (!Number.isSafeInteger(value)) throw malformed("a number is too large");
    return value;
  }
  const digits = block
    .toString("latin1", at, at + length)
    .trim()
    .replace(/\0.*$/s, "")
    .trim();
  if (!/^[0-7]*$/.test(digits)) throw malformed(`"${digits}" is no octal number`);
  return Number.parseInt(digits || "0", 8);
}

/** The sum of all bytes, with blanks in the place of the sum itself. */
function checksumOf(block: Buffer): number {
  let sum = 8 * 0x20;
  for (let at = 0; at < blockBytes; at += 1) if (at < 148 || at >= 156) sum += block[at] ?? 0;
  return sum;
}
