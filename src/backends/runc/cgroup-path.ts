import type { CgroupDriver } from "../../model/runtime.ts";

/** Where containers go for whose pod no cgroup is said. */
const ownParent = "/cri-ferry";

/**
 * Returns `linux.cgroupsPath` as runc wants it: with cgroupfs a path below the pod's, with systemd `SLICE:cri-ferry:ID`, from which the
 * scope `cri-ferry-ID.scope` is made.
 */
export function cgroupsPathOf(parent: string, id: string, driver: CgroupDriver): string {
  if (driver === "cgroupfs")
    return `${parent === "" ? ownParent : parent.replace(/\/+$/, "")}/${id}`;
  const slice = parent.slice(parent.lastIndexOf("/") + 1);
  return `${slice === "" ? "system.slice" : slice}:cri-ferry:${id}`;
}
