import { appendRecord, type LogRecord, type OpenStreams } from "./cri-line.ts";
import { OutputBuffer } from "./output-buffer.ts";

/** What the CRI and container runtimes expect of a line at most; a longer one becomes several P lines. */
export const maxLineBytes = 16 * 1024;

/**
 * Translates what a container wrote, with the time that a clock or an engine's API gives it, to CRI log lines. A record may
 * hold any number of newlines, or none: then it is a partial one. Keeps nothing but whether a line is open.
 */
export class RawTranslator {
  readonly #output = new OutputBuffer(4096);
  #open: OpenStreams;

  constructor(open: OpenStreams = 0) {
    this.#open = open;
  }

  /** The streams whose last record was partial. */
  get open(): OpenStreams {
    return this.#open;
  }

  /** Returns the CRI lines of a record; valid until the next call. */
  translate(record: LogRecord): Buffer {
    this.#output.length = 0;
    for (const content of pieces(record.content)) {
      this.#open = appendRecord(this.#output, { ...record, content }, this.#open);
    }
    return this.#output.view();
  }
}

/** Cuts so that no piece between newlines is longer than maxLineBytes. */
function* pieces(content: Uint8Array): Generator<Uint8Array> {
  let start = 0;
  while (content.length - start > maxLineBytes) {
    const end = content.subarray(start, start + maxLineBytes).lastIndexOf(0x0a) + 1;
    const next = start + (end === 0 ? maxLineBytes : end);
    yield content.subarray(start, next);
    start = next;
  }
  if (start < content.length) yield content.subarray(start);
}
