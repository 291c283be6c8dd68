import { constants, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { CriError, type CriErrorKind, errnoOf } from "../model/error.ts";
import {
  type CgroupMount,
  cgroupFolder,
  parseCgroupMounts,
  parseMemberships,
  pathInHierarchy,
} from "./cgroup-mounts.ts";

/** The folders in which the kernel shows one cgroup. */
export interface CgroupPaths {
  /** Folder by cgroup v1 controller (`memory`, `cpu`, `cpuacct`, …); empty on a pure v2 node. */
  readonly controllers: ReadonlyMap<string, string>;
  /** Folder in the v2 hierarchy; on a hybrid node it may know no controllers. undefined on a pure v1 node. */
  readonly unified: string | undefined;
}

let knownMounts: Promise<readonly CgroupMount[]> | undefined;

/** The cgroup file systems are mounted at boot and stay; a failed look is tried again. */
function cgroupMounts(): Promise<readonly CgroupMount[]> {
  knownMounts ??= readFile("/proc/self/mountinfo", "utf8").then(
    parseCgroupMounts,
    (thrown: unknown) => {
      knownMounts = undefined;
      throw CriError.from(thrown, "cannot read /proc/self/mountinfo");
    },
  );
  return knownMounts;
}

/** Returns the cgroup of a process. Throws NotFound when there is no such process. */
export async function cgroupOf(pid: number): Promise<CgroupPaths> {
  const mounts = await cgroupMounts();
  try {
    return resolveCgroup(mounts, await readFile(`/proc/${pid}/cgroup`, "utf8"));
  } catch (thrown) {
    if (!isGone(thrown)) throw CriError.from(thrown, `cannot read /proc/${pid}/cgroup`);
    throw new CriError("NotFound", `no process ${pid}`, { cause: thrown });
  }
}

/** Returns the topmost folders of all hierarchies. Throws Internal when /proc cannot be read. */
export async function topCgroup(): Promise<CgroupPaths> {
  const mounts = await cgroupMounts();
  const controllers = mounts.flatMap((mount) =>
    mount.controllers.map((name) => [name, mount.mountpoint] as const),
  );
  const unified = mounts.find((mount) => mount.controllers.length === 0)?.mountpoint;
  return { controllers: new Map(controllers), unified };
}

/** Returns a cgroup's path in its hierarchy, `/kubepods/podUID/ID`: that of memory, where there are several. */
export async function cgroupPathOf({ controllers, unified }: CgroupPaths): Promise<string> {
  const folder = controllers.get("memory") ?? unified ?? controllers.values().next().value ?? "";
  return pathInHierarchy(await cgroupMounts(), folder);
}

/** Joins mounts with the text of /proc/PID/cgroup. A hierarchy that is not mounted here, or only a part of it that does not hold the cgroup, is left out. */
export function resolveCgroup(mounts: readonly CgroupMount[], membership: string): CgroupPaths {
  const controllers = new Map<string, string>();
  let unified: string | undefined;
  for (const { controllers: names, path } of parseMemberships(membership)) {
    const folder = cgroupFolder(mounts, names, path);
    if (folder === undefined) continue;
    if (names.length === 0) unified = folder;
    for (const name of names) controllers.set(name, folder);
  }
  return { controllers, unified };
}

/** Returns the content of one file of a cgroup; undefined when this kernel has no such file or the cgroup is gone. */
export async function readCgroupFile(folder: string, name: string): Promise<string | undefined> {
  try {
    return await readFile(cgroupFile(folder, name), "utf8");
  } catch (thrown) {
    if (isGone(thrown)) return undefined;
    throw CriError.from(thrown, `cannot read ${name} of cgroup ${folder}`);
  }
}

/**
 * Writes one file of a cgroup.
 * Throws InvalidArgument (a name that is no file name, a value the kernel refuses), FailedPrecondition (no such file here, or busy),
 * PermissionDenied, else Internal.
 */
export async function writeCgroupFile(folder: string, name: string, value: string): Promise<void> {
  const path = cgroupFile(folder, name);
  try {
    // Not to create: a file that the kernel lacks must be an error.
    await using file = await open(path, constants.O_WRONLY);
    await file.writeFile(value);
  } catch (thrown) {
    const kind = writeErrors[errnoOf(thrown) ?? ""];
    const context = `cannot write ${JSON.stringify(value)} to ${name} of cgroup ${folder}`;
    if (kind === undefined) throw CriError.from(thrown, context);
    throw new CriError(kind, `${context}: ${errnoOf(thrown)}`, { cause: thrown });
  }
}

const writeErrors: Readonly<Record<string, CriErrorKind>> = {
  EINVAL: "InvalidArgument",
  ERANGE: "InvalidArgument",
  ENOENT: "FailedPrecondition",
  ENODEV: "FailedPrecondition",
  EBUSY: "FailedPrecondition",
  EOPNOTSUPP: "FailedPrecondition",
  EACCES: "PermissionDenied",
  EPERM: "PermissionDenied",
};

/** Names come from clients too (`unified`): none may leave the folder. */
function cgroupFile(folder: string, name: string): string {
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name)) return join(folder, name);
  throw new CriError("InvalidArgument", `${JSON.stringify(name)} is no name of a cgroup file`);
}

/** ENODEV: the folder was removed while it was read. */
function isGone(thrown: unknown): boolean {
  const errno = errnoOf(thrown);
  return errno === "ENOENT" || errno === "ESRCH" || errno === "ENODEV";
}
