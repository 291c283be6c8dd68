import type { OutputBuffer } from "./output-buffer.ts";

/** Where a container wrote the bytes to. */
export type LogStream = "stdout" | "stderr";

/**
 * A set of streams as bits: whose last record was a partial one (tag P), so that the next record continues its line.
 * 0 means that every line so far is whole.
 */
export type OpenStreams = number;

/** The bit of a stream in OpenStreams. */
export function streamBit(stream: LogStream): OpenStreams {
  return stream === "stdout" ? 1 : 2;
}

/** What was written by a container at one moment. */
export interface LogRecord {
  /** RFC 3339 with up to nine digits of a second; goes into the line as it is. */
  readonly time: string;
  readonly stream: LogStream;
  /** With its newline when the line ends here. */
  readonly content: Uint8Array;
}

/**
 * The layout of a CRI log file, a line for a record (Kubernetes' design page "CRI: log management"):
 * ```
 *  2016-10-06T00:17:09.669794202Z stdout F the content\n
 *  └ RFC 3339, nanoseconds ─────┘ stream │ up to the newline
 *                                        F: the container ended its line here; P: the next record of the stream goes on
 * ```
 * The kubelet tries its formats on a file's first line and stays with the one that fits, so each line must be whole.
 * It drops the newline after a P record and joins it with what follows.
 */
export const criTags = { partial: "P", full: "F" } as const;

const newline = 0x0a;

/**
 * Appends a record as CRI lines, one for each newline in it and a P line for what comes after the last. Empty content makes
 * no line. Returns which streams are open afterwards.
 */
export function appendRecord(
  output: OutputBuffer,
  record: LogRecord,
  open: OpenStreams,
): OpenStreams {
  const { content } = record;
  if (content.length === 0) return open;
  let start = 0;
  for (let end = content.indexOf(newline); end >= 0; end = content.indexOf(newline, start)) {
    appendLine(output, record, { start, end, tag: criTags.full });
    start = end + 1;
  }
  if (start === content.length) return open & ~streamBit(record.stream);
  appendLine(output, record, { start, end: content.length, tag: criTags.partial });
  return open | streamBit(record.stream);
}

interface Piece {
  readonly start: number;
  readonly end: number;
  readonly tag: string;
}

function appendLine(output: OutputBuffer, record: LogRecord, piece: Piece): void {
  output.appendAscii(`${record.time} ${record.stream} ${piece.tag} `);
  output.append(record.content.subarray(piece.start, piece.end));
  output.appendAscii("\n");
}

const timePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** Whether a text has the form of a CRI line's time: RFC 3339 with at most nanoseconds. */
export function isLogTime(text: string): boolean {
  return timePattern.test(text);
}

const zero = 0x30;
const punctuation: Readonly<Record<number, number>> = {
  4: 0x2d,
  7: 0x2d,
  10: 0x54,
  13: 0x3a,
  16: 0x3a,
};
const fixed = Uint8Array.from({ length: 19 }, (_, index) => punctuation[index] ?? zero);
const dot = 0x2e;
const zulu = 0x5a;

/** Like isLogTime for bytes and the one form that docker writes, UTC as `Z`; false for every other. */
export function isUtcLogTime(bytes: Uint8Array, start: number, end: number): boolean {
  const size = end - start;
  if (size < 20 || size > 30 || size === 21 || bytes[end - 1] !== zulu) return false;
  for (let index = 0; index < 19; index += 1) {
    if (!fits(bytes[start + index] ?? 0, fixed[index] ?? 0)) return false;
  }
  if (size === 20) return true;
  if (bytes[start + 19] !== dot) return false;
  for (let index = start + 20; index < end - 1; index += 1) {
    if (!isDigit(bytes[index] ?? 0)) return false;
  }
  return true;
}

function fits(byte: number, expected: number): boolean {
  return expected === zero ? isDigit(byte) : byte === expected;
}

function isDigit(byte: number): boolean {
  return byte >= zero && byte <= 0x39;
}
