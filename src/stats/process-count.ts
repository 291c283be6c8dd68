import { readdirSync, readFileSync, statSync } from "node:fs";
import type { CgroupPaths } from "../host/cgroup.ts";
import { errnoOf } from "../model/error.ts";
import { processFolder } from "./container-cgroup.ts";
import type { KernelFiles } from "./kernel-files.ts";

/** A folder without one below it has two names: its own and its dot. Some file systems do not count them; cgroups' do. */
const linksOfLeaf = 2;

/**
 * Returns how many processes a cgroup holds with those below it; undefined when it is gone. Threads are not counted, which
 * `pids.current` does, so that it is enough only where it says one.
 */
export function processCount(files: KernelFiles, cgroup: CgroupPaths): bigint | undefined {
  const folder = processFolder(cgroup);
  if (folder === undefined) return undefined;
  const tasks = files.number(folder, "pids.current");
  if (tasks === 1n) return tasks;
  return ifThere(() => BigInt(countBelow(folder)));
}

function countBelow(folder: string): number {
  const own = countLines(ifThere(() => readFileSync(`${folder}/cgroup.procs`, "latin1")) ?? "");
  if (statSync(folder).nlink === linksOfLeaf) return own;
  const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return below.reduce(
    (sum, { name }) => sum + (ifThere(() => countBelow(`${folder}/${name}`)) ?? 0),
    own,
  );
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

/** EOPNOTSUPP: a threaded cgroup lists no processes; they are in the one above. */
function ifThere<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (thrown) {
    if (["ENOENT", "ENODEV", "EOPNOTSUPP"].includes(errnoOf(thrown) ?? "")) return undefined;
    throw thrown;
  }
}
