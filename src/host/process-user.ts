import { readFile } from "node:fs/promises";
import { errnoOf } from "../model/error.ts";

/** The ids of a process: what it may do to files. */
export interface ProcessUser {
  readonly uid: number;
  readonly gid: number;
  readonly supplementalGroups: readonly number[];
}

/** Returns the real ids and groups of a process (/proc/PID/status), undefined when there is none or it has a user namespace of its own. */
export async function processUser(pid: number): Promise<ProcessUser | undefined> {
  try {
    const [map, status] = await Promise.all([
      readFile(`/proc/${pid}/uid_map`, "latin1"),
      readFile(`/proc/${pid}/status`, "latin1"),
    ]);
    return isWholeMap(map) ? parseProcessUser(status) : undefined;
  } catch (thrown) {
    const errno = errnoOf(thrown);
    if (errno === "ENOENT" || errno === "ESRCH") return undefined;
    throw thrown;
  }
}

/** Reads the lines Uid, Gid and Groups; undefined when one is missing, as for a process that has just ended. */
export function parseProcessUser(status: string): ProcessUser | undefined {
  const [uid] = numbers(status, "Uid");
  const [gid] = numbers(status, "Gid");
  if (uid === undefined || gid === undefined) return undefined;
  return { uid, gid, supplementalGroups: numbers(status, "Groups") };
}

function numbers(status: string, field: string): readonly number[] {
  const text = new RegExp(`^${field}:([\\d\\s]*?)$`, "m").exec(status)?.[1] ?? "";
  return text
    .split(/\s+/)
    .filter((word) => word !== "")
    .map(Number);
}

/** The first user namespace maps every id to itself. */
function isWholeMap(map: string): boolean {
  return /^\s*0\s+0\s+4294967295\s*$/.test(map);
}
