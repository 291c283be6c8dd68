import { createHash } from "node:crypto";
import { mkdir, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { CriError, messageOf } from "../model/error.ts";
import { lockFile } from "./lock.ts";

/** A tmpfs on every distribution: locks are gone with the machine's run. */
const lockFolder = "/run/lock";

/**
 * Takes an engine for this process until disposed of: two that clean up after the same engine's pods would undo each other's work.
 * The socket may be missing still; its folder's true path counts, so that /var/run and /run are one.
 * Throws FailedPrecondition naming the other's pid.
 */
export async function lockEngine(socket: string, folder = lockFolder): Promise<AsyncDisposable> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const home = await realpath(dirname(socket)).catch(() => dirname(socket));
  const digest = createHash("sha256")
    .update(join(home, basename(socket)))
    .digest("hex");
  try {
    return await lockFile(join(folder, `cri-ferry-${digest.slice(0, 16)}.lock`));
  } catch (thrown) {
    if (!(thrown instanceof CriError) || thrown.kind !== "FailedPrecondition") throw thrown;
    const message = `another cri-ferry serves the pods of the engine at ${socket}: ${messageOf(thrown)}`;
    throw new CriError("FailedPrecondition", message, { cause: thrown });
  }
}
