import type { EngineFacts } from "./engine.ts";
import { cannot } from "./refusal.ts";

/**
 * Returns docker's form of a cgroup parent: with cgroupfs the path, with systemd the slice's own name, from which systemd knows
 * those above it. Throws FailedPrecondition for a path that names no slice while docker uses systemd.
 */
export function dockerCgroupParent(parent: string, engine: EngineFacts): string {
  if (parent === "" || engine.cgroupDriver === "cgroupfs") return parent;
  const name = parent.slice(parent.lastIndexOf("/") + 1);
  if (!name.endsWith(".slice"))
    throw cannot("cgroupParent", `docker uses the systemd driver; ${parent} must end in a .slice`);
  return name;
}
