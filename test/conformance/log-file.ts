import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { eventually } from "../harness/eventually.ts";
import type { Pod } from "./pod.ts";

/** One line of a log in CRI format: `2026-01-02T03:04:05.000000006Z stdout F text`. */
export interface LogEntry {
  readonly timestamp: string;
  readonly stream: "stdout" | "stderr";
  /** P: the line goes on in the next entry of the stream. */
  readonly tag: "P" | "F";
  readonly content: Buffer;
}

const lineForm =
  /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) (stdout|stderr) ([PF])(?::\S+)? /;

/** Reads a CRI log byte by byte; throws where a line has another form. */
export function parseLog(bytes: Buffer): readonly LogEntry[] {
  const entries: LogEntry[] = [];
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(0x0a, start);
    if (newline < 0) throw new Error(`torn line at byte ${start}`);
    const line = bytes.subarray(start, newline);
    const match = lineForm.exec(line.subarray(0, 80).toString("latin1"));
    if (match === null) throw new Error(`not in CRI format: ${line.toString()}`);
    const [prefix, timestamp = "", stream, tag] = match;
    entries.push({
      timestamp,
      stream: stream === "stderr" ? "stderr" : "stdout",
      tag: tag === "P" ? "P" : "F",
      content: line.subarray(prefix.length),
    });
    start = newline + 1;
  }
  return entries;
}

/** Returns what a container wrote to a stream: every full line gets its line end back. */
export function written(entries: readonly LogEntry[], stream: LogEntry["stream"]): Buffer {
  const parts = entries
    .filter((entry) => entry.stream === stream)
    .flatMap(({ tag, content }) => (tag === "F" ? [content, Buffer.from("\n")] : [content]));
  return Buffer.concat(parts);
}

/** The path of a container's log, from its pod and its log_path. */
export function logFile(pod: Pod, logPath: string): string {
  return join(pod.config.logDirectory, logPath);
}

/** Waits until a log satisfies `accept` and returns its entries; half written last lines are waited for. */
export async function logUntil(
  path: string,
  accept: (entries: readonly LogEntry[]) => boolean,
): Promise<readonly LogEntry[]> {
  return eventually(`the log ${path} is complete`, async () => {
    const entries = parseLog(await readFile(path));
    return accept(entries) ? entries : undefined;
  });
}
