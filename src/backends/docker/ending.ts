import { CriError } from "../../model/error.ts";
import type { DockerApi } from "./client.ts";
import { killContainer } from "./container-calls.ts";
import { isNotFound, statusOf } from "./errors.ts";
import type { Mirror } from "./mirror.ts";
import type { Seen } from "./seen.ts";
import { placeOf } from "./seen.ts";

export interface EndingOptions {
  readonly api: DockerApi;
  readonly mirror: Mirror;
}

/** An event that docker lost costs no more than this. */
const lookEveryMillis = 1_000;
/** The kernel ends a killed process at once, but for one that waits in the kernel itself (state D): dead NFS, broken disks. */
const killedMillis = 20_000;

/**
 * Kills a container and waits for its end; one that does not run is left as it is. Returns what was last seen, undefined when it is
 * gone. Throws DeadlineExceeded when the kernel does not let its process end; a later call may find that it did.
 */
export async function killAndWait(
  { api, mirror }: EndingOptions,
  id: string,
  signal: AbortSignal,
): Promise<Seen | undefined> {
  const before = mirror.seen(id);
  // A sandbox is stopped again when it is removed. Nothing starts what has ended but somebody by hand, and then an event tells.
  if (before?.hasEnded === true) return before;
  const killing = mirror.killing(id);
  if (!(await kill(api, id, signal))) {
    killing.didNotRun();
    return await lookOnce(mirror, id, signal);
  }
  const limit = AbortSignal.timeout(killedMillis);
  try {
    return await waitForEnd(mirror, id, AbortSignal.any([signal, limit]));
  } catch (thrown) {
    if (!limit.aborted || signal.aborted) throw thrown;
    const message = `container ${id} did not end within ${killedMillis} ms of SIGKILL: its process may wait for a disk or a mount that does not answer`;
    throw new CriError("DeadlineExceeded", message, { cause: thrown });
  }
}

async function kill(api: DockerApi, id: string, signal: AbortSignal): Promise<boolean> {
  try {
    return await killContainer(api, { id, signal: "SIGKILL" }, signal);
  } catch (thrown) {
    // Dockerd itself waits 10 s for the end and then gives up: the signal was sent all the same.
    if (statusOf(thrown) === 500) return true;
    throw thrown;
  }
}

/** Waits for a running container to end; undefined when it is gone. Rejects as soon as the signal aborts. */
export async function waitForEnd(
  mirror: Mirror,
  id: string,
  signal: AbortSignal,
): Promise<Seen | undefined> {
  for (;;) {
    const seen = mirror.seen(id);
    if (seen?.hasEnded === true) return seen;
    // Not seen is not gone: perhaps docker has it and it cannot be shown.
    if (seen === undefined && !(await isLeft(mirror, id, signal))) return mirror.seen(id);
    const tick = AbortSignal.timeout(lookEveryMillis);
    try {
      await mirror.changed(id, AbortSignal.any([signal, tick]));
    } catch {
      if (signal.aborted) throw CriError.from(signal.reason, `container ${id} has not ended`);
      await lookOnce(mirror, id, signal);
    }
  }
}

/** Whether docker has it, and not as one that has ended. */
async function isLeft(mirror: Mirror, id: string, signal: AbortSignal): Promise<boolean> {
  try {
    return !placeOf(await mirror.look(id, signal)).hasEnded;
  } catch (thrown) {
    if (isNotFound(thrown)) return false;
    throw thrown;
  }
}

async function lookOnce(
  mirror: Mirror,
  id: string,
  signal: AbortSignal,
): Promise<Seen | undefined> {
  try {
    await mirror.look(id, signal);
  } catch (thrown) {
    if (!isNotFound(thrown)) throw thrown;
  }
  return mirror.seen(id);
}
