import { readFileSync } from "node:fs";
import { attempt } from "./command.ts";

/** Returns the mount points of this mount namespace, in the order in which they were mounted. */
export function mountPoints(): readonly string[] {
  return readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .flatMap((line) => line.split(" ")[4] ?? [])
    .map((path) =>
      path.replace(/\\([0-7]{3})/g, (_, digits: string) =>
        String.fromCharCode(Number.parseInt(digits, 8)),
      ),
    );
}

/** Unmounts everything at or below a folder, the last mounted first. Throws for a folder of the system itself. */
export async function unmountBelow(folder: string): Promise<void> {
  if (!/^\/[^/]+\/[^/]+/.test(folder)) throw new RangeError(`${folder} is no folder of a test`);
  const ours = mountPoints().filter((path) => path === folder || path.startsWith(`${folder}/`));
  for (const path of ours.toReversed()) await attempt("umount", ["-l", path]);
}
