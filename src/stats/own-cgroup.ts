import { cgroupOf } from "../host/cgroup.ts";
import { CriError } from "../model/error.ts";
import { containerCgroup, processFolder } from "./container-cgroup.ts";

/**
 * Returns the folder of a container's cgroup by the container's first process; undefined when that has ended. Another process may
 * have its old number: then its cgroup does not bear the container's id.
 */
export async function ownCgroup(pid: number, containerId: string): Promise<string | undefined> {
  try {
    const cgroup = containerCgroup(await cgroupOf(pid), containerId);
    return cgroup && processFolder(cgroup);
  } catch (thrown) {
    if (thrown instanceof CriError && thrown.kind === "NotFound") return undefined;
    throw thrown;
  }
}
