import { constants, type FileHandle, open } from "node:fs/promises";
import { CriError } from "../model/error.ts";
import { exec } from "./exec.ts";

const timeoutMillis = 5_000;

/**
 * Takes an exclusive lock on a file, made if need be (0600), until disposed of or until this process ends in whatever way.
 * flock(1) locks the open file that it inherits from us: the lock belongs to the open file and so outlives the child.
 * Throws FailedPrecondition naming the holder's pid when somebody else has it.
 */
export async function lockFile(path: string): Promise<AsyncDisposable> {
  const file = await openLock(path);
  try {
    await takeLock(file, path);
    await file.truncate(0);
    await file.write(`${process.pid}\n`, 0);
  } catch (thrown) {
    await file.close();
    throw CriError.from(thrown, `cannot lock ${path}`);
  }
  return {
    [Symbol.asyncDispose]: async () => {
      await using held = file;
      await held.truncate(0);
    },
  };
}

async function openLock(path: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  } catch (thrown) {
    throw CriError.from(thrown, `cannot open the lock ${path}`);
  }
}

async function takeLock(file: FileHandle, path: string): Promise<void> {
  const result = await exec("flock", ["--exclusive", "--nonblock", "3"], {
    signal: AbortSignal.timeout(timeoutMillis),
    timeoutMillis,
    inheritedFd: file.fd,
  });
  if (result.exitCode === 0) return;
  if (result.exitCode !== 1) {
    throw new CriError("Internal", `flock on ${path}: ${result.stderr.toString().trim()}`);
  }
  throw new CriError("FailedPrecondition", `${path} is held by pid ${await holderOf(file)}`);
}

/** The holder writes its pid after it has the lock, so it may not be there yet. */
async function holderOf(file: FileHandle): Promise<string> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(16), 0, 16, 0);
  const pid = buffer.toString("latin1", 0, bytesRead).trim();
  return /^\d+$/.test(pid) ? pid : "unknown";
}
