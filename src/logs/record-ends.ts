import type { FileHandle } from "node:fs/promises";
import type { LogStream } from "../translate/log/cri-line.ts";

/** The end of one stream in a CRI log file. */
interface StreamEnd {
  /** The time of its last line, RFC 3339; empty in an empty file. Of a stream with no line near the end: the oldest time there. */
  readonly time: string;
  /** How many of its lines have that time. */
  readonly count: number;
}

export type StreamEnds = Readonly<Record<LogStream, StreamEnd>>;

const pieceBytes = 64 << 10;
/** A stream that has no line in so much of the end is not looked for any further. */
const searchBytes = 1 << 20;

interface Search {
  time: string;
  count: number;
  /** A line of it with another time was seen. */
  isWhole: boolean;
}

/** Reads whole lines from the end backward, until both streams have one with another time than their last. Throws what reading throws. */
export async function findEnds(file: FileHandle): Promise<StreamEnds> {
  const searches = { stdout: newSearch(), stderr: newSearch() };
  let oldest = "";
  let read = 0;
  for await (const line of linesBackward(file)) {
    const [time = "", stream] = line.split(" ", 2);
    oldest = time;
    read += line.length;
    look(searches[stream === "stderr" ? "stderr" : "stdout"], time);
    const open = [searches.stdout, searches.stderr].filter(({ isWhole }) => !isWhole);
    if (open.every(({ count }) => count === 0 && read >= searchBytes)) break;
  }
  const end = ({ time, count }: Search) => (count > 0 ? { time, count } : { time: oldest, count });
  return { stdout: end(searches.stdout), stderr: end(searches.stderr) };
}

function newSearch(): Search {
  return { time: "", count: 0, isWhole: false };
}

function look(search: Search, time: string): void {
  if (search.isWhole) return;
  if (search.count > 0 && time !== search.time) {
    search.isWhole = true;
    return;
  }
  search.time = time;
  search.count += 1;
}

async function* linesBackward(file: FileHandle): AsyncGenerator<string, void> {
  const { size } = await file.stat();
  let tail = Buffer.alloc(0);
  for (let from = size; from > 0; ) {
    const bytes = Buffer.alloc(Math.min(from, pieceBytes));
    from -= bytes.length;
    await file.read(bytes, 0, bytes.length, from);
    tail = Buffer.concat([bytes, tail]);
    // The first line may begin before the piece that was read.
    for (let end = tail.length; end > 0; end = tail.length) {
      const start = end < 2 ? 0 : tail.lastIndexOf("\n", end - 2) + 1;
      if (start === 0 && from > 0) break;
      yield tail.toString("latin1", start, end);
      tail = tail.subarray(0, start);
    }
  }
}
