import { join } from "node:path";

/** One mounted cgroup hierarchy, or a part of it. */
export interface CgroupMount {
  /** Where it is mounted. */
  readonly mountpoint: string;
  /** Which cgroup lies at the mount point: `/` unless a part was bind-mounted. */
  readonly root: string;
  /** Its v1 controllers and `name=…`; empty for the v2 hierarchy. */
  readonly controllers: readonly string[];
}

/** Where a process is in one hierarchy. */
export interface CgroupMembership {
  /** Empty for the v2 hierarchy. */
  readonly controllers: readonly string[];
  readonly path: string;
}

/**
 * Reads the cgroup mounts out of /proc/PID/mountinfo (proc(5)):
 * ```
 * 36 31 0:33 /   /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory
 *            root mount point          options    optional… -  type  source super options
 * ```
 */
export function parseCgroupMounts(mountinfo: string): readonly CgroupMount[] {
  return mountinfo.split("\n").flatMap((line) => {
    const fields = line.split(" ");
    const dash = fields.indexOf("-", 6);
    const [root, mountpoint, type, options] = [
      fields[3],
      fields[4],
      fields[dash + 1],
      fields[dash + 3],
    ];
    if (dash < 0 || root === undefined || mountpoint === undefined) return [];
    if (type !== "cgroup" && type !== "cgroup2") return [];
    const controllers = type === "cgroup2" ? [] : (options ?? "").split(",");
    return [{ mountpoint: unescape(mountpoint), root: unescape(root), controllers }];
  });
}

/** Reads /proc/PID/cgroup, a line a hierarchy: `ID:CONTROLLER,…:PATH` (cgroups(7)); a path may hold colons. */
export function parseMemberships(text: string): readonly CgroupMembership[] {
  return text.split("\n").flatMap((line) => {
    const [, names, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (names === undefined || path === undefined) return [];
    return [{ controllers: names === "" ? [] : names.split(","), path }];
  });
}

/** Returns the folder of a cgroup in the hierarchy of these controllers; undefined when it is not mounted. */
export function cgroupFolder(
  mounts: readonly CgroupMount[],
  controllers: readonly string[],
  path: string,
): string | undefined {
  const first = controllers[0];
  for (const mount of mounts) {
    const same =
      first === undefined ? mount.controllers.length === 0 : mount.controllers.includes(first);
    const inside = same ? below(path, mount.root) : undefined;
    if (inside !== undefined) return join(mount.mountpoint, inside);
  }
  return undefined;
}

/** Returns where the cgroup of a folder is in its hierarchy; empty when it lies in none that is mounted. */
export function pathInHierarchy(mounts: readonly CgroupMount[], folder: string): string {
  for (const { mountpoint, root } of mounts) {
    const inside = below(folder, mountpoint);
    if (inside !== undefined) return join(root, inside);
  }
  return "";
}

function below(path: string, root: string): string | undefined {
  if (root === "/") return path;
  if (path === root) return "/";
  return path.startsWith(`${root}/`) ? path.slice(root.length) : undefined;
}

/** mountinfo writes space, tab, newline and backslash as octal. */
function unescape(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
