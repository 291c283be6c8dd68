import { basename, dirname } from "node:path";
import type { CgroupPaths } from "../host/cgroup.ts";

/**
 * Takes the cgroup of a process and returns the folders of its container, or undefined when none of them bears the container's
 * id: then another process has the number now. Each path is cut at the folder that bears the id, since a process may have
 * moved itself into a child (an init system does). A hierarchy that the engine does not use, as v2 on a hybrid node, is left out: the
 * process stands there in a cgroup that it shares with others.
 */
export function containerCgroup(paths: CgroupPaths, id: string): CgroupPaths | undefined {
  return eachFolder(paths, (folder) => cutAt(folder, id));
}

/**
 * Takes the folders of a container and returns those of its pod: the ones above, named by the pod's cgroup parent, of which
 * docker with systemd knows but the last name. undefined when the pod has no cgroup of its own.
 */
export function podCgroup(container: CgroupPaths, cgroupParent: string): CgroupPaths | undefined {
  if (cgroupParent === "") return undefined;
  const name = basename(cgroupParent);
  return eachFolder(container, (folder) => {
    const above = dirname(folder);
    return basename(above) === name ? above : undefined;
  });
}

/** Returns every folder of a cgroup once: controllers may be mounted together. */
export function foldersOf({ controllers, unified }: CgroupPaths): ReadonlySet<string> {
  const folders = new Set(controllers.values());
  return unified === undefined ? folders : folders.add(unified);
}

/** Returns the folder where a cgroup's processes are listed and counted. */
export function processFolder({ controllers, unified }: CgroupPaths): string | undefined {
  return controllers.get("pids") ?? unified ?? controllers.values().next().value;
}

function eachFolder(
  { controllers, unified }: CgroupPaths,
  change: (folder: string) => string | undefined,
): CgroupPaths | undefined {
  const changed = new Map<string, string>();
  for (const [name, folder] of controllers) {
    const other = change(folder);
    if (other !== undefined) changed.set(name, other);
  }
  const own = unified === undefined ? undefined : change(unified);
  return changed.size === 0 && own === undefined
    ? undefined
    : { controllers: changed, unified: own };
}

/** Folders are named ID, `docker-ID.scope` or the like. */
function cutAt(folder: string, id: string): string | undefined {
  const at = folder.indexOf(id);
  if (at < 0) return undefined;
  const end = folder.indexOf("/", at);
  return end < 0 ? folder : folder.slice(0, end);
}
