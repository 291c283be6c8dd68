import { dirname } from "node:path";
import type { CgroupPaths } from "../../host/cgroup.ts";
import { cgroupOf, readCgroupFile, writeCgroupFile } from "../../host/cgroup.ts";
import { CriError } from "../../model/error.ts";
import type { CgroupWrite } from "../../translate/docker/cgroup-writes.ts";

/**
 * Writes limits that docker's API has no field for into the cgroup of a container's process, in their order. A bound that a
 * parent enforces already is done, and so is one that the kernel knows nothing of, where that limits nothing.
 * Throws FailedPrecondition, naming file and value, for one that cannot be kept; NotFound when the process has ended.
 */
export async function writeCgroupLimits(
  pid: number,
  writes: readonly CgroupWrite[],
): Promise<void> {
  if (writes.length === 0) return;
  const paths = await cgroupOf(pid);
  for (const write of writes) await writeOne(write, folderOf(paths, write));
}

function folderOf(paths: CgroupPaths, { controller }: CgroupWrite): string | undefined {
  return controller === "unified" ? paths.unified : paths.controllers.get(controller);
}

async function writeOne(write: CgroupWrite, folder: string | undefined): Promise<void> {
  const { controller, file, value } = write;
  const current = folder === undefined ? undefined : await readCgroupFile(folder, file);
  if (folder === undefined || current === undefined) {
    if (!write.required) return;
    const message = `resources: this kernel has no ${file} in the cgroup controller ${controller}`;
    throw new CriError("FailedPrecondition", message);
  }
  try {
    await writeCgroupFile(folder, file, value);
  } catch (thrown) {
    if (write.upperBound && (await isEnforcedAbove(folder, write))) return;
    const { message } = CriError.from(thrown, file);
    throw new CriError("FailedPrecondition", `resources: ${message}`, { cause: thrown });
  }
}

/** Whether the cgroup or one above it allows no more than the value. */
async function isEnforcedAbove(folder: string, { file, value }: CgroupWrite): Promise<boolean> {
  let at = folder;
  for (;;) {
    const bound = await readCgroupFile(at, file);
    // The root has no limit files, and above it lies another file system.
    if (bound === undefined) return false;
    if (boundOf(bound) <= boundOf(value)) return true;
    at = dirname(at);
  }
}

function boundOf(text: string): number {
  const word = text.trim();
  return word === "max" || word === "-1" ? Number.POSITIVE_INFINITY : Number(word);
}
