import { writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { cgroupOf, readCgroupFile, writeCgroupFile } from "../../host/cgroup.ts";
import { CriError } from "../../model/error.ts";
import type { CgroupWrite } from "../../translate/docker/cgroup-writes.ts";

/** A container's first process on the host, as docker told it. */
export interface ContainerProcess {
  readonly containerId: string;
  readonly pid: number;
}

/**
 * Writes limits that docker's API has no field for into the cgroup of a container's process, in their order. A bound that a
 * parent enforces already is done, and so is one that the kernel knows nothing of, where that limits nothing.
 * Throws FailedPrecondition, naming file and value, for one that cannot be kept; NotFound when the process has ended.
 */
export async function writeCgroupLimits(
  target: ContainerProcess,
  writes: readonly CgroupWrite[],
): Promise<void> {
  if (writes.length === 0) return;
  const folders = await ownCgroup(target);
  for (const write of writes) await writeOne(write, folders.get(write.controller));
}

/** Sets how readily the kernel kills a container's process for memory, -1000 to 1000. Throws NotFound when it has ended. */
export async function writeOomScoreAdj(target: ContainerProcess, score: number): Promise<void> {
  await ownCgroup(target);
  try {
    await writeFile(`/proc/${target.pid}/oom_score_adj`, String(score));
  } catch (thrown) {
    throw CriError.from(thrown, "resources.oomScoreAdj");
  }
}

/**
 * The container's own folder by controller, `unified` for v2. Another process may have its old number, and a controller that the
 * engine does not use has it in a cgroup of others: only a path that bears the container's id is its own.
 */
async function ownCgroup({
  pid,
  containerId,
}: ContainerProcess): Promise<ReadonlyMap<string, string>> {
  const { controllers, unified } = await cgroupOf(pid);
  const all = [...controllers, ...(unified === undefined ? [] : [["unified", unified] as const])];
  const own = new Map(all.filter(([, folder]) => folder.includes(containerId)));
  if (own.size > 0) return own;
  throw new CriError(
    "NotFound",
    `process ${pid} is not of container ${containerId}: that has ended`,
  );
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
