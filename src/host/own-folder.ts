import { access, constants, mkdir, readdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { CriError, errnoOf, messageOf } from "../model/error.ts";

/**
 * Makes a folder of ours with its parents; those that exist are left as they are. Throws what the system says.
 * Not by Node's own recursive mkdir: where a file system refuses new folders with ENOENT, as /proc does, that one never
 * returns, and on a read-only one it tells ENOENT instead of EROFS (tried with Node 26.10).
 */
export async function makeFolder(path: string, mode: number): Promise<void> {
  if (await isThere(path)) return;
  if (dirname(path) !== path) await makeFolder(dirname(path), mode);
  try {
    await mkdir(path, { mode });
  } catch (thrown) {
    if (errnoOf(thrown) !== "EEXIST") throw thrown;
  }
}

/** A folder that a setting names. */
export interface OwnFolder {
  readonly path: string;
  readonly mode: number;
  /** The setting's key, for the error's text. */
  readonly setting: string;
}

/** Makes a folder if need be and looks whether it can be written. Throws FailedPrecondition naming the setting. */
export async function prepareFolder({ path, mode, setting }: OwnFolder): Promise<void> {
  try {
    await makeFolder(path, mode);
    await access(`${path}/`, constants.W_OK | constants.X_OK);
  } catch (thrown) {
    const message = `${setting} needs a folder that can be written, ${path} cannot: ${messageOf(thrown)}`;
    throw new CriError("FailedPrecondition", message, { cause: thrown });
  }
}

/** Names in a folder of ours; none when there is no such folder. Throws what the system says. */
export async function filesIn(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return [];
    throw thrown;
  }
}

/** A dangling link is there too: mkdir's EEXIST leaves it to whoever uses the folder. */
async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return false;
    throw thrown;
  }
}
