import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { errnoOf } from "../model/error.ts";
import { type ProcessIdentity, parseStat } from "./process-table.ts";

/** Returns when a process started, in clock ticks since boot (field 22 of /proc/PID/stat); undefined when there is none. */
export async function processStartTime(pid: number): Promise<string | undefined> {
  try {
    return parseStat(pid, await readFile(`/proc/${pid}/stat`, "latin1"))?.startTime;
  } catch (thrown) {
    return goneOrThrow(thrown);
  }
}

/**
 * Sends a signal to the process that started then, and returns whether it was there. Check and signal happen in one turn of
 * the event loop: the number would have to be given anew within microseconds.
 */
export function sendSignal(
  pid: number,
  startTime: string,
  signal: NodeJS.Signals | number,
): boolean {
  if (pid <= 1) return false;
  try {
    const now = parseStat(pid, readFileSync(`/proc/${pid}/stat`, "latin1"));
    if (now?.startTime !== startTime) return false;
    return process.kill(pid, signal);
  } catch (thrown) {
    goneOrThrow(thrown);
    return false;
  }
}

/** Returns a process and all that descend from it, parents first; those whose parent has ended belong to another parent and are not found. */
export async function processTree(pid: number): Promise<readonly ProcessIdentity[]> {
  const found: ProcessIdentity[] = [];
  const queue = [pid];
  const seen = new Set(queue);
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const startTime = await processStartTime(next);
    if (startTime === undefined) continue;
    found.push({ pid: next, startTime });
    for (const child of await childrenOf(next)) {
      if (seen.has(child)) continue;
      seen.add(child);
      queue.push(child);
    }
  }
  return found;
}

/** Every thread has its own list of children (proc(5), needs CONFIG_PROC_CHILDREN, which container kernels have). */
async function childrenOf(pid: number): Promise<readonly number[]> {
  try {
    const threads = await readdir(`/proc/${pid}/task`);
    const lists = await Promise.all(
      threads.map((thread) =>
        readFile(`/proc/${pid}/task/${thread}/children`, "latin1").catch(goneOrThrow),
      ),
    );
    return lists
      .flatMap((list) => (list ?? "").split(" ").map(Number))
      .filter((child) => child > 0);
  } catch (thrown) {
    goneOrThrow(thrown);
    return [];
  }
}

function goneOrThrow(thrown: unknown): undefined {
  const errno = errnoOf(thrown);
  if (errno === "ENOENT" || errno === "ESRCH") return undefined;
  throw thrown;
}
