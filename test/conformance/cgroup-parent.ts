import { existsSync, readdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { uniqueName } from "./pod.ts";

const root = "/sys/fs/cgroup";

/** A cgroup parent of a test's own, in cgroupfs form, and the folders that it has on this host. */
export interface CgroupParent {
  readonly path: string;
  folders(): readonly string[];
  /** Removes the folders; a runtime makes a parent and leaves it to the kubelet. */
  remove(): Promise<void>;
}

/** Returns a parent that nobody uses. To be removed once its pods are gone. */
export function cgroupParent(): CgroupParent {
  const name = uniqueName("cri-conformance");
  const candidates = [root, ...readdirSync(root).map((controller) => join(root, controller))];
  const folders = () =>
    candidates.map((base) => join(base, name)).filter((path) => existsSync(path));
  return {
    path: `/${name}`,
    folders,
    remove: async () => {
      for (const folder of folders()) rmdirSync(folder);
    },
  };
}
