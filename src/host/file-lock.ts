import { constants, type FileHandle, open, stat } from "node:fs/promises";
import { CriError, errnoOf } from "../model/error.ts";
import { exec } from "./exec.ts";

/** `shared`: any number of holders at once; `exclusive`: one alone. */
export type LockKind = "shared" | "exclusive";

/** Longer than anything that is done under a lock; who waits longer waits for a process that hangs. */
const patienceMillis = 24 * 3_600_000;

/**
 * Waits for a lock on a file, made if need be (0600), and holds it until disposed of or until this process ends in whatever way.
 * Its holder may remove the file: who waited for it takes the next one.
 * flock(1) locks the open file that it inherits from us: the lock belongs to the open file and so outlives the child.
 * Throws Cancelled or DeadlineExceeded when the signal aborts first.
 */
export async function waitForLock(
  path: string,
  kind: LockKind,
  signal: AbortSignal,
): Promise<AsyncDisposable> {
  for (;;) {
    const held = await lock(path, [`--${kind}`], signal);
    if (held !== undefined) return held;
  }
}

/** The same without waiting; returns undefined when somebody else has it, or had it until now. */
export function tryLock(
  path: string,
  kind: LockKind,
  signal: AbortSignal,
): Promise<AsyncDisposable | undefined> {
  return lock(path, [`--${kind}`, "--nonblock"], signal);
}

async function lock(
  path: string,
  options: readonly string[],
  signal: AbortSignal,
): Promise<AsyncDisposable | undefined> {
  try {
    await using stack = new AsyncDisposableStack();
    const file = stack.use(await open(path, constants.O_RDWR | constants.O_CREAT, 0o600));
    const limits = { signal, timeoutMillis: patienceMillis, inheritedFd: file.fd };
    const { exitCode, stderr } = await exec("flock", [...options, "3"], limits);
    if (exitCode === 1) return undefined;
    if (exitCode === 0) return (await isAt(path, file)) ? stack.move() : undefined;
    throw new CriError("Internal", stderr.toString().trim());
  } catch (thrown) {
    throw CriError.from(thrown, `cannot lock ${path}`);
  }
}

/** A lock on a file that was removed meanwhile keeps nobody out: others lock the new one. */
async function isAt(path: string, file: FileHandle): Promise<boolean> {
  try {
    const [there, ours] = await Promise.all([stat(path), file.stat()]);
    return there.ino === ours.ino && there.dev === ours.dev;
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return false;
    throw thrown;
  }
}
