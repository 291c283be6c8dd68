import { randomBytes } from "node:crypto";
import { constants, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { CriError } from "../model/error.ts";

export interface ReplaceFileOptions {
  /** Exact permission bits, whatever the umask. */
  readonly mode: number;
  /** Whether the new content must survive a power cut: then file and folder are flushed to the disk. */
  readonly durable: boolean;
}

/**
 * Writes a file so that a reader or a crash sees either the old content or the new, never a part. Needs the folder to exist.
 * Throws ResourceExhausted when the disk is full or read-only, else Internal; the old file and nothing else is then left.
 */
export async function replaceFile(
  path: string,
  data: string | Uint8Array,
  options: ReplaceFileOptions,
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    await writeNew(temporary, data, options);
    await rename(temporary, path);
    if (options.durable) await syncFolder(dirname(path));
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw CriError.from(thrown, `cannot write ${path}`);
  }
}

async function writeNew(
  path: string,
  data: string | Uint8Array,
  options: ReplaceFileOptions,
): Promise<void> {
  await using file = await open(path, "wx", options.mode);
  await file.chmod(options.mode);
  await file.writeFile(data);
  if (options.durable) await file.sync();
}

/** Flushes a folder: a rename is on the disk only when its folder is (fsync(2), notes). */
export async function syncFolder(path: string): Promise<void> {
  await using folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  await folder.sync();
}
