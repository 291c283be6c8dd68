import { constants } from "node:fs";
import { type FileHandle, lstat, open, readdir, readlink, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { CriError, errnoOf } from "../model/error.ts";
import { type FileIdentity, fileIdentity } from "./file-identity.ts";

/** Where a client wants a container's log to be. */
export interface LogPath {
  /** Absolute path of the CRI log file. */
  readonly logFile: string;
  /**
   * The sandbox's log directory. When given, the folder of the log file must really lie in it: a pod that can write there must
   * not lead us elsewhere by a symbolic link.
   */
  readonly logDirectory?: string | undefined;
}

const { O_APPEND, O_CREAT, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_RDWR } = constants;

/**
 * Opens a log file for reading and appending, made with mode 0640 if it is missing. Its folder exists and answers: whoever
 * calls has made it in a child process.
 * Throws FailedPrecondition for what is no regular file, a symbolic link, or a folder outside of the log directory.
 */
export async function openLogFile(path: LogPath): Promise<FileHandle> {
  await using folder = await openFolder(path);
  return await checked(
    await openIn(folder, path.logFile, O_RDWR | O_APPEND | O_CREAT),
    async (handle) => {
      const stats = await handle.stat();
      if (stats.isFile()) return;
      throw new CriError("FailedPrecondition", `${path.logFile} is no regular file`);
    },
  );
}

/** Returns the handle when the check passes; closes it otherwise: a handle left to the garbage collector ends the process. */
async function checked(
  handle: FileHandle,
  check: (handle: FileHandle) => Promise<void>,
): Promise<FileHandle> {
  try {
    await check(handle);
    return handle;
  } catch (thrown) {
    await handle.close();
    throw thrown;
  }
}

async function openIn(folder: FileHandle, logFile: string, flags: number): Promise<FileHandle> {
  try {
    // By the descriptor, so that the folder is the one that was checked.
    const path = `/proc/self/fd/${folder.fd}/${basename(logFile)}`;
    return await open(path, flags | O_NOFOLLOW | O_NONBLOCK, 0o640);
  } catch (thrown) {
    const errno = errnoOf(thrown);
    if (errno === "ELOOP") {
      throw new CriError("FailedPrecondition", `${logFile} is a symbolic link`, { cause: thrown });
    }
    throw CriError.from(thrown, `opening the log file ${logFile}`);
  }
}

async function openFolder(path: LogPath): Promise<FileHandle> {
  const folder = dirname(path.logFile);
  const handle = await openFolderHandle(folder);
  const { logDirectory } = path;
  if (logDirectory === undefined) return handle;
  return await checked(handle, async ({ fd }) => {
    const expected = join(await realpath(logDirectory), relative(logDirectory, folder));
    const actual = await readlink(`/proc/self/fd/${fd}`);
    if (actual === expected) return;
    const words = `the log folder ${folder} leads to ${actual}, outside of ${logDirectory}`;
    throw new CriError("FailedPrecondition", words);
  });
}

async function openFolderHandle(folder: string): Promise<FileHandle> {
  try {
    return await open(folder, O_RDONLY | O_DIRECTORY);
  } catch (thrown) {
    throw CriError.from(thrown, `opening the log folder ${folder}`);
  }
}

/** Returns whether the log path is a symbolic link, as dockershim and cri-dockerd make it. */
export async function isLink(path: LogPath): Promise<boolean> {
  try {
    return (await lstat(path.logFile)).isSymbolicLink();
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return false;
    throw CriError.from(thrown, `looking at the log file ${path.logFile}`);
  }
}

/** Returns whether the log path leads to that very file now. */
export async function isAt(path: LogPath, identity: FileIdentity): Promise<boolean> {
  return (await identityOf(path.logFile)) === identity;
}

/**
 * Finds a log file under the names that a rotation by the kubelet gives it: its own name with a suffix, in the same folder.
 * Returns the path, undefined when it is gone.
 */
export async function findRotated(
  path: LogPath,
  identity: FileIdentity,
): Promise<string | undefined> {
  const folder = dirname(path.logFile);
  const names = (await readdir(folder)).filter((name) => name.startsWith(basename(path.logFile)));
  for (const name of names) {
    if ((await identityOf(join(folder, name))) === identity) return join(folder, name);
  }
  return undefined;
}

/** Returns the path of the newest file that the kubelet rotated away and has not compressed; its suffixes are times. */
export async function newestRotated(path: LogPath): Promise<string | undefined> {
  const folder = dirname(path.logFile);
  const prefix = `${basename(path.logFile)}.`;
  const names = (await readdir(folder)).filter((name) =>
    /^[\d-]+$/.test(name.slice(prefix.length)),
  );
  const newest = names
    .filter((name) => name.startsWith(prefix))
    .toSorted()
    .at(-1);
  return newest === undefined ? undefined : join(folder, newest);
}

async function identityOf(path: string): Promise<FileIdentity | undefined> {
  try {
    return fileIdentity(await stat(path, { bigint: true }));
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return undefined;
    throw thrown;
  }
}
