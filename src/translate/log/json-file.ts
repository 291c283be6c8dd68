import { isUtf8 } from "node:buffer";
import {
  appendRecord,
  criTags,
  isLogTime,
  isUtcLogTime,
  type LogRecord,
  type OpenStreams,
  streamBit,
} from "./cri-line.ts";
import { JsonText } from "./json-text.ts";
import { OutputBuffer } from "./output-buffer.ts";

/** How a translation begins. */
export interface TranslationStart {
  /** The streams open after the record before these bytes. */
  readonly open: OpenStreams;
  /** Stop after the first record that leaves no stream open, so that a file ends with whole lines. */
  readonly untilWhole: boolean;
}

/** What became of a piece of a json-file. */
export interface Translation {
  /** The CRI lines; valid until the next translation. */
  readonly output: Buffer;
  /** How many bytes were used: always up to the end of a record. What is left is the beginning of one, to be given again. */
  readonly consumed: number;
  readonly open: OpenStreams;
  /** Records translated. */
  readonly lines: number;
  /** How many of them took JSON.parse. */
  readonly slowLines: number;
  /** Lines that held no record, or more than the record: what a crash or a full disk left behind. */
  readonly damaged: number;
}

/**
 * Translates docker's json-file to CRI log lines.
 * ```
 *  {"log":"text\n","stream":"stdout","attrs":{…},"time":"2016-10-06T00:17:09.669794202Z"}\n
 *          │   └ absent: a partial record (P)  └ only with log-opts, slow path
 *          └ JSON escapes: \n \r \" \\ \u003c \u003e \u0026 \u2028 \u00XX, docker's writer knows no others
 * ```
 * Docker cuts lines at 16 KiB (daemon/logger/copier.go), which is also the CRI's usual bound, so a record is a CRI line.
 * Bytes that are no UTF-8, and characters that the cut divides, are U+FFFD in the json-file already: the CRI file has them so.
 * The object holds no state from one piece to the next: many files can share one.
 */
export class JsonFileTranslator {
  readonly #text = new JsonText();
  readonly #output: OutputBuffer;
  #source: Buffer = empty;
  #open: OpenStreams = 0;
  #lines = 0;
  #slowLines = 0;
  #damaged = 0;
  /** Bytes of the time and stream before the text, as in the line before: a guess that saves moving the text. */
  #headerGuess = 41;

  constructor(initialOutputBytes = 64 * 1024) {
    this.#output = new OutputBuffer(initialOutputBytes);
  }

  /** Translates the whole lines among the bytes. */
  translate(bytes: Buffer, start: TranslationStart): Translation {
    this.#begin(bytes, start);
    const end = bytes.lastIndexOf(newline) + 1;
    let at = 0;
    while (at < end) {
      at = this.#fast(at) ?? this.#slow(at);
      if (start.untilWhole && this.#open === 0 && this.#lines > 0) break;
    }
    this.#source = empty;
    return {
      output: this.#output.view(),
      consumed: at,
      open: this.#open,
      lines: this.#lines,
      slowLines: this.#slowLines,
      damaged: this.#damaged,
    };
  }

  #begin(bytes: Buffer, start: TranslationStart): void {
    this.#source = bytes;
    this.#open = start.open;
    this.#lines = 0;
    this.#slowLines = 0;
    this.#damaged = 0;
    this.#output.length = 0;
    // On the fast path a CRI line is shorter than its record, and the guess of the header is off by less than the slack.
    this.#output.reserve(bytes.length + 64);
  }

  /** Returns where the next line starts, undefined if this one has not the form that docker's own writer gives it. */
  #fast(start: number): number | undefined {
    const text = this.#text;
    const from = this.#output.length;
    if (!matches(this.#source, start, opening)) return undefined;
    text.at = start + opening.length;
    text.to = from + this.#headerGuess;
    text.seen = 0;
    if (!text.decode(this.#source, this.#output.bytes)) return undefined;
    const tail = text.at + middle.length;
    if (!matches(this.#source, text.at, middle)) return undefined;
    const stdout = matches(this.#source, tail, outTail);
    if (!stdout && !matches(this.#source, tail, errTail)) return undefined;
    const time = tail + outTail.length;
    const timeEnd = this.#endOfTime(time);
    if (timeEnd < 0 || !this.#hasUtf8(start, text.at)) return undefined;
    this.#finish({ from, time, timeEnd, stdout });
    return timeEnd + closing.length;
  }

  #endOfTime(time: number): number {
    let end = time + 20;
    while (end < time + 30 && this.#source[end] !== quote) end += 1;
    return isUtcLogTime(this.#source, time, end) && matches(this.#source, end, closing) ? end : -1;
  }

  #hasUtf8(start: number, end: number): boolean {
    return this.#text.seen < 0x80 || isUtf8(this.#source.subarray(start, end));
  }

  /** The text lies in the output already, where the guessed header ends: put the header before it and the newline after it. */
  #finish(record: FastRecord): void {
    const out = this.#output.bytes;
    const { from, time, timeEnd } = record;
    const headerSize = timeEnd - time + stdoutFull.length;
    const begin = from + this.#headerGuess;
    let end = this.#text.to;
    this.#lines += 1;
    if (end === begin) return;
    const full = out[end - 1] === newline;
    if (headerSize !== this.#headerGuess) {
      out.copyWithin(from + headerSize, begin, end);
      end += headerSize - this.#headerGuess;
      this.#headerGuess = headerSize;
    }
    for (let index = time; index < timeEnd; index += 1) {
      out[from + index - time] = this.#source[index] ?? 0;
    }
    const header = headers[(record.stdout ? 2 : 0) + (full ? 1 : 0)] ?? stdoutFull;
    out.set(header, from + timeEnd - time);
    const bit = streamBit(record.stdout ? "stdout" : "stderr");
    this.#open = full ? this.#open & ~bit : this.#open | bit;
    if (!full) {
      out[end] = newline;
      end += 1;
    }
    this.#output.length = end;
  }

  /** Any JSON that means a record, and what is left of a line that does not. Returns where the next line starts. */
  #slow(start: number): number {
    const end = this.#source.indexOf(newline, start);
    const record = parseRecord(this.#source.toString("utf8", start, end));
    if (record !== undefined) {
      this.#lines += 1;
      this.#slowLines += 1;
      this.#open = appendRecord(this.#output, record, this.#open);
      this.#output.reserve(this.#source.length - end + 64);
      return end + 1;
    }
    this.#damaged += 1;
    // A write that was cut short has the next record behind it. Inside of a text the quotes are escaped: this is a beginning.
    const again = this.#source.lastIndexOf(openingBytes, end);
    return again > start ? again : end + 1;
  }
}

interface FastRecord {
  readonly from: number;
  readonly time: number;
  readonly timeEnd: number;
  readonly stdout: boolean;
}

const newline = 0x0a;
const quote = 0x22;
const empty = Buffer.alloc(0);
const openingBytes = Buffer.from('{"log":"');
const opening: Uint8Array = openingBytes;
const middle: Uint8Array = Buffer.from('","stream":"std');
const outTail: Uint8Array = Buffer.from('out","time":"');
const errTail: Uint8Array = Buffer.from('err","time":"');
const closing: Uint8Array = Buffer.from('"}\n');
const stdoutFull = Buffer.from(` stdout ${criTags.full} `);
/** By stream (2 for stdout) and fullness (1). */
const headers: readonly Buffer[] = [
  Buffer.from(` stderr ${criTags.partial} `),
  Buffer.from(` stderr ${criTags.full} `),
  Buffer.from(` stdout ${criTags.partial} `),
  stdoutFull,
];

function matches(source: Uint8Array, at: number, expected: Uint8Array): boolean {
  for (let index = 0; index < expected.length; index += 1) {
    if (source[at + index] !== expected[index]) return false;
  }
  return true;
}

function parseRecord(line: string): LogRecord | undefined {
  const value = parseJson(line);
  if (typeof value !== "object" || value === null) return undefined;
  const { log = "", stream, time }: { log?: unknown; stream?: unknown; time?: unknown } = value;
  if (typeof log !== "string" || typeof time !== "string" || !isLogTime(time)) return undefined;
  if (stream !== "stdout" && stream !== "stderr") return undefined;
  return { time, stream, content: Buffer.from(log) };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
