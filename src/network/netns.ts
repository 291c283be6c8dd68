import { readFile, stat, statfs } from "node:fs/promises";
import { processStartTime } from "../host/identity.ts";
import { errnoOf } from "../model/error.ts";

/**
 * Returns what a path leads to now, or undefined when it is no network namespace to work on: nothing is there, it is another
 * kind of file, or it is the node's own namespace.
 * Two equal answers at two times mean the same namespace.
 */
export type NetnsIdentify = (path: string) => Promise<string | undefined>;

/** include/uapi/linux/magic.h: the file system that namespaces are files of. */
const nsfsMagic = 0x6e736673;

/**
 * The kernel's answer. A `/proc/PID/…` path may lead to somebody else's namespace once the number is given anew, and inode
 * numbers of namespaces are reused: so the process's start time and the boot belong to the identity.
 */
export const identifyNetns: NetnsIdentify = async (path) => {
  try {
    const [{ type }, { ino }, own] = await Promise.all([
      statfs(path),
      stat(path),
      stat("/proc/self/ns/net"),
    ]);
    if (type !== nsfsMagic || ino === own.ino) return undefined;
    const pid = /^\/proc\/(\d+)\//.exec(path)?.[1];
    const startTime = pid === undefined ? "" : ((await processStartTime(Number(pid))) ?? "gone");
    return [await bootId(), ino, startTime].join(":");
  } catch (error) {
    if (goneErrnos.has(errnoOf(error) ?? "")) return undefined;
    throw error;
  }
};

const goneErrnos = new Set(["ENOENT", "ENOTDIR", "ESRCH", "EACCES"]);

async function bootId(): Promise<string> {
  return (await readFile("/proc/sys/kernel/random/boot_id", "latin1")).trim();
}

/** Where a namespace was when its attachment was made. */
export interface RecordedNetns {
  readonly path: string;
  /** undefined for attachments that another program made. */
  readonly identity: string | undefined;
}

/**
 * Returns the path to hand to a DEL, empty for none. A wrong one would take the interface of another pod, and the engine's may
 * be of a process that has ended since, its number given anew: where it was recorded what the attachment's namespace was, the
 * path must lead to that one still. For attachments of other programs the engine is believed, and pinned paths are.
 */
export async function netnsForDelete(
  vouched: string | undefined,
  recorded: RecordedNetns,
  identify: NetnsIdentify,
): Promise<string> {
  for (const path of [vouched, recorded.path]) {
    const now = path === undefined || path === "" ? undefined : await identify(path);
    if (path === undefined || now === undefined) continue;
    const certain =
      recorded.identity === undefined
        ? path === vouched || !path.startsWith("/proc/")
        : recorded.identity === now;
    if (certain) return path;
  }
  return "";
}
