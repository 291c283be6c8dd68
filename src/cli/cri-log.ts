/** One record of a log file in the CRI format. */
export interface LogRecord {
  readonly stream: "stdout" | "stderr";
  /** The bytes that the container wrote; a whole line with its end, or a part of one without. */
  readonly bytes: Uint8Array;
}

/** Writers cut at 16 KiB; what has no end after this much is passed on as it is. */
const maxLineBytes = 1024 * 1024;

const newline = 0x0a;
const blank = 0x20;

/**
 * Splits bytes of a log file into records: `TIME STREAM TAGS BYTES\n`, where the first of the tags (divided by colons) is F for a
 * whole line or the last part of one, P for another part. A line that is not in this form passes as it is. Bytes after the last
 * end of line wait for more.
 */
export class LogParser {
  #rest: Buffer = Buffer.alloc(0);

  push(chunk: Uint8Array): readonly LogRecord[] {
    const bytes = Buffer.concat([this.#rest, chunk]);
    const records: LogRecord[] = [];
    let start = 0;
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
      records.push(parseLine(bytes.subarray(start, end + 1)));
      start = end + 1;
    }
    const rest = bytes.subarray(start);
    const endless = rest.length > maxLineBytes;
    if (endless) records.push({ stream: "stdout", bytes: rest });
    this.#rest = endless ? Buffer.alloc(0) : rest;
    return records;
  }
}

/** Takes a line with its end. */
function parseLine(line: Buffer): LogRecord {
  const time = line.indexOf(blank);
  const stream = line.indexOf(blank, time + 1);
  const tags = line.indexOf(blank, stream + 1);
  const streamName = line.toString("latin1", time + 1, Math.max(stream, 0));
  const tag = line.toString("latin1", stream + 1, Math.max(tags, 0)).split(":", 1)[0];
  const known = streamName === "stdout" || streamName === "stderr";
  if (time < 0 || stream < 0 || tags < 0 || !known) return { stream: "stdout", bytes: line };
  if (tag === "F") return { stream: streamName, bytes: line.subarray(tags + 1) };
  if (tag === "P") return { stream: streamName, bytes: line.subarray(tags + 1, -1) };
  return { stream: "stdout", bytes: line };
}

/** Joins neighbours of one stream, so that they are written together. */
export function joined(records: readonly LogRecord[]): readonly LogRecord[] {
  const runs: { readonly stream: LogRecord["stream"]; readonly parts: Uint8Array[] }[] = [];
  for (const { stream, bytes } of records) {
    const last = runs.at(-1);
    if (last?.stream === stream) last.parts.push(bytes);
    else runs.push({ stream, parts: [bytes] });
  }
  return runs.map(({ stream, parts }) => ({ stream, bytes: Buffer.concat(parts) }));
}
