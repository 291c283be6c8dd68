import type { BigIntStats } from "node:fs";
import { chmod, lstat, mkdir, rename, rm } from "node:fs/promises";
import { connect } from "node:net";
import { dirname } from "node:path";
import { CriError, errnoOf } from "../model/error.ts";

/** How long a process behind an old socket may take to accept a connection. */
const probeMillis = 1000;

/** A socket that a setting names. */
export interface SocketFile {
  readonly path: string;
  /** Who may connect: 0o660 or less. */
  readonly mode: number;
  /** The setting's key, for the error's text. */
  readonly setting: string;
}

/**
 * Puts a listening unix socket at a path, in a folder that is made with 0755. What a dead process left there is
 * replaced; a socket that someone serves, or a file that is none, is FailedPrecondition. `listen` binds to the path that it is
 * given: a private folder, so that nobody can connect before the mode is right, and the old socket is replaced in one step.
 * Returns the inode of the socket.
 */
export async function publishSocket(
  socket: SocketFile,
  listen: (path: string) => Promise<void>,
): Promise<bigint> {
  const { path, mode } = socket;
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  await refuseLive(socket);
  const folder = `${path}.d`;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
  const bound = `${folder}/s`;
  await listen(bound);
  await chmod(bound, mode);
  const { ino } = await lstat(bound, { bigint: true });
  await rename(bound, path);
  await rm(folder, { recursive: true, force: true });
  return ino;
}

/** Removes the socket unless another process has put its own there meanwhile. */
export async function removeSocket(path: string, inode: bigint): Promise<void> {
  const found = await statOrNone(path);
  if (found?.ino === inode) await rm(path, { force: true });
}

async function refuseLive({ path, setting }: SocketFile): Promise<void> {
  const found = await statOrNone(path);
  if (found === undefined) return;
  if (!found.isSocket()) {
    throw new CriError(
      "FailedPrecondition",
      `${path} exists and is not a socket: remove it or set ${setting}`,
    );
  }
  if (!(await answers(path))) return;
  throw new CriError(
    "FailedPrecondition",
    `another process serves ${path}: stop it first, or set ${setting} to another path`,
  );
}

async function statOrNone(path: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(path, { bigint: true });
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return undefined;
    throw CriError.from(thrown, `socket ${path}`);
  }
}

/** A process that holds the socket but is too busy to accept is alive as well. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const settle = (alive: boolean): void => {
      socket.destroy();
      resolve(alive);
    };
    socket.setTimeout(probeMillis, () => settle(true));
    socket.once("connect", () => settle(true));
    socket.once("error", (error) =>
      settle(errnoOf(error) !== "ECONNREFUSED" && errnoOf(error) !== "ENOENT"),
    );
  });
}
