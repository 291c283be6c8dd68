import { CriError } from "../model/error.ts";
import type { OpenStreams } from "../translate/log/cri-line.ts";
import { CriFile } from "./cri-file.ts";
import { JsonReader } from "./json-reader.ts";
import type { Lane, Lanes } from "./lanes.ts";
import { findRotated, isAt, isLink, type LogPath, newestRotated } from "./log-folder.ts";
import type { Offsets } from "./offset-file.ts";
import { Transfer, type TransferParts } from "./transfer.ts";

/** What becomes of the log that a container had before it was ours, where the log path is a symbolic link to the json-file. */
export type Adoption = "history" | "tail";

/** What opening takes besides the parts of the transfer. */
export interface OpenParts extends TransferParts {
  readonly lanes: Lanes;
  readonly adoption: Adoption;
}

/**
 * Opens both sides of a container's log where the offsets say. Without offsets the log file tells where it ends, since its
 * times are the records' own; and without a log file the oldest record is the first. Throws what openLogFile throws.
 */
export async function openTransfer(
  parts: OpenParts,
  saved: Offsets | undefined,
): Promise<Transfer> {
  const place = await findPlace(parts.path, saved);
  const cri = await CriFile.open(place.path, place.acknowledged);
  const reader = new JsonReader(parts.jsonFile);
  const provisional = place.provisional ? place.path.logFile : undefined;
  try {
    if (saved === undefined) {
      const open = await parts.lanes.use((lane) =>
        findStart({ ...parts, cri, reader, lane }, place),
      );
      return new Transfer(parts, { cri, reader, open, provisional });
    }
    const transfer = new Transfer(parts, { cri, reader, open: saved.open, provisional });
    const gap = await reader.open(saved.json);
    if (gap !== undefined) await transfer.lost(gap);
    return transfer;
  } catch (thrown) {
    await reader.close();
    await cri.close();
    throw CriError.from(thrown, `reading the log ${parts.jsonFile}`);
  }
}

interface Place {
  readonly path: LogPath;
  /** Bytes that the offsets cover; undefined: there are none, or they speak of another file. */
  readonly acknowledged: number | undefined;
  /** The file stands beside a symbolic link that it is to replace. */
  readonly provisional: boolean;
}

async function findPlace(path: LogPath, saved: Offsets | undefined): Promise<Place> {
  const provisional = await isLink(path);
  const fresh = provisional ? beside(path) : path;
  if (saved === undefined) return { path: fresh, acknowledged: undefined, provisional };
  if (await isAt(path, saved.cri.identity)) {
    return { path, acknowledged: saved.cri.size, provisional: false };
  }
  const logFile = await findRotated(path, saved.cri.identity);
  if (logFile === undefined) return { path: fresh, acknowledged: undefined, provisional };
  return {
    path: { ...path, logFile },
    acknowledged: saved.cri.size,
    provisional: logFile === beside(path).logFile,
  };
}

function beside(path: LogPath): LogPath {
  return { ...path, logFile: `${path.logFile}.adopted` };
}

interface StartParts extends OpenParts {
  readonly cri: CriFile;
  readonly reader: JsonReader;
  readonly lane: Lane;
}

/** Moves the reader behind what the log file holds, and returns the open streams there. */
async function findStart(parts: StartParts, place: Place): Promise<OpenStreams> {
  const { cri, reader, lane } = parts;
  await reader.open(undefined);
  const lastLine = (await cri.lastLine()) ?? (await lastRotatedLine(parts.path));
  if (lastLine !== undefined) {
    const open = await skipTo(parts, lastLine);
    if (open !== undefined) return open;
    // All that docker has is newer.
    parts.log.warn("log offsets are missing, and the log file's last line is in no json-file");
    await reader.close();
    await reader.open(undefined);
  } else if (place.provisional && parts.adoption === "tail") {
    await reader.skipHistory(lane.buffer);
  }
  return 0;
}

/** The last line before a rotation after which nothing was written yet. */
async function lastRotatedLine(path: LogPath): Promise<Buffer | undefined> {
  const logFile = await newestRotated(path);
  if (logFile === undefined) return undefined;
  const rotated = await CriFile.open({ ...path, logFile });
  try {
    return await rotated.lastLine();
  } finally {
    await rotated.close();
  }
}

/** Reads on until the line was made; undefined when no record makes it. */
async function skipTo(parts: StartParts, line: Buffer): Promise<OpenStreams | undefined> {
  const { reader, lane } = parts;
  let open: OpenStreams = 0;
  for (;;) {
    const last = await reader.isLastRead();
    const slice = await reader.read(lane.buffer, () => Promise.resolve());
    const done = lane.translator.translate(slice.bytes, { open, untilWhole: false });
    if (lineStart(done.output, line) >= 0) return skipRecords(parts, line, open);
    const consumed = done.consumed > 0 || slice.atEnd ? done.consumed : slice.bytes.length;
    reader.advance(slice, consumed);
    open = done.open;
    if (slice.atEnd && !last) return undefined;
    if (slice.atEnd && consumed === 0) await reader.next();
  }
}

/** The line is in the slice ahead: goes on record by record, or up to the line's group of partial records. */
async function skipRecords(
  parts: StartParts,
  line: Buffer,
  before: OpenStreams,
): Promise<OpenStreams> {
  const { reader, lane, cri } = parts;
  const slice = await reader.read(lane.buffer, () => Promise.resolve());
  let open = before;
  let at = 0;
  for (;;) {
    const rest = slice.bytes.subarray(at);
    const done = lane.translator.translate(rest, { open, untilWhole: true });
    const start = lineStart(done.output, line);
    if (start >= 0 && start + line.length < done.output.length) {
      cri.expectAgain(start + line.length);
      break;
    }
    at += done.consumed;
    open = done.open;
    if (start >= 0 || done.consumed === 0) break;
  }
  reader.advance(slice, at);
  return open;
}

/** Where in the output the line is, -1 if it is not. */
function lineStart(output: Buffer, line: Buffer): number {
  for (let at = output.lastIndexOf(line); at >= 0; at = output.lastIndexOf(line, at - 1)) {
    if (at === 0 || output[at - 1] === 0x0a) return at;
  }
  return -1;
}
