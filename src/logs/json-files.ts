import { fstatSync, statSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { errnoOf } from "../model/error.ts";
import { type FileIdentity, fileIdentity } from "./file-identity.ts";

/** One of docker's files of a container. */
export interface ListedFile {
  readonly path: string;
  readonly identity: FileIdentity;
  readonly size: number;
}

/** A listed file that was opened and is still the one that was listed. */
export interface OpenedFile extends ListedFile {
  readonly handle: FileHandle;
}

/**
 * Lists what docker keeps of a container's log, newest first: `X-json.log`, `X-json.log.1`, `X-json.log.2` …
 * Docker renames from the oldest to the newest and then makes a new file (daemon/logger/loggerutils/logfile.go), so that in
 * the middle of it one name may be missing, and going upward one meets a file twice but misses none.
 * The calls are synchronous: names of a local folder of docker's, a few microseconds each.
 */
export function listJsonFiles(path: string): readonly ListedFile[] {
  const files: ListedFile[] = [];
  let missing = 0;
  for (let index = 0; missing < 2; index += 1) {
    const file = look(index === 0 ? path : `${path}.${index}`);
    missing = file === undefined ? missing + 1 : 0;
    if (file !== undefined && file.identity !== files.at(-1)?.identity) files.push(file);
  }
  return files;
}

/** Returns the file of that name, undefined when there is none. */
export function look(path: string): ListedFile | undefined {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  return { path, identity: fileIdentity(stats), size: Number(stats.size) };
}

/** Opens a listed file; undefined when a rotation was faster, so that the list is to be made again. */
export async function openListed(file: ListedFile): Promise<OpenedFile | undefined> {
  const handle = await openIfPresent(file.path);
  if (handle === undefined) return undefined;
  const identity = fileIdentity(fstatSync(handle.fd, { bigint: true }));
  if (identity === file.identity) return { ...file, handle };
  await handle.close();
  return undefined;
}

async function openIfPresent(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return undefined;
    throw thrown;
  }
}

/** Which file comes after one that is read to its end, and what is gone between them. */
export interface Succession {
  /** undefined: not made yet. */
  readonly next: ListedFile | undefined;
  /** Files that were rotated away unread. */
  readonly lost: readonly ListedFile[];
  /** There may have been more than `lost` tells. */
  readonly gap: boolean;
}

/**
 * Finds the successor.
 * `files`: the list now, newest first. `newer`: the files after the current one, oldest first, when it was last seen listed.
 */
export function succession(
  current: FileIdentity,
  files: readonly ListedFile[],
  newer: readonly ListedFile[],
): Succession {
  const at = files.findIndex(({ identity }) => identity === current);
  if (at >= 0) return { next: files[at - 1], lost: [], gap: false };
  const known = newer.findIndex(({ identity }) => files.some((file) => file.identity === identity));
  if (known >= 0) {
    const found = newer[known]?.identity;
    const next = files.find(({ identity }) => identity === found);
    return { next, lost: newer.slice(0, known), gap: known > 0 };
  }
  // With max-file=1 the only file is replaced, and how often nobody can tell: taken as once.
  return { next: files.at(-1), lost: newer, gap: newer.length > 0 || files.length > 1 };
}
