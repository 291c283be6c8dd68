import { mkdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { PodPlan } from "../translate/kube/pod.ts";

/** Marks pods that `run` made: the folders of other pods belong to their kubelet. */
export const madeByRun = "cri-ferry/made-by-run";

/** Where kubelets put logs, and log collectors look for them. */
export const defaultLogRoot = "/var/log/pods";

/** Below it `run` makes emptyDir volumes, each pod's in a folder named by its UID. */
export function emptyDirRoot(stateRoot: string): string {
  return join(stateRoot, "run-volumes");
}

/** The folder of a pod's emptyDir volumes; undefined for a UID that cannot be a folder's name. */
export function volumeFolder(stateRoot: string, uid: string): string | undefined {
  return isFolderName(uid) ? join(emptyDirRoot(stateRoot), uid) : undefined;
}

/** The folder of a pod's logs, taken from the path of one of them; undefined when it is not laid out as kubelets do. */
export function logFolder(
  pod: { readonly namespace: string; readonly name: string; readonly uid: string },
  logPath: string,
): string | undefined {
  const folder = dirname(dirname(logPath));
  return basename(folder) === `${pod.namespace}_${pod.name}_${pod.uid}` ? folder : undefined;
}

/** Makes what a kubelet would have made before its first call: volumes, and a folder for each container's log. */
export async function makeFolders(plan: PodPlan): Promise<void> {
  for (const folder of plan.emptyDirs) await mkdir(folder, { recursive: true, mode: 0o777 });
  for (const { config } of [...plan.initContainers, ...plan.containers]) {
    const log = join(plan.sandbox.logDirectory, config.logPath);
    await mkdir(dirname(log), { recursive: true, mode: 0o755 });
  }
}

function isFolderName(name: string): boolean {
  return /^[\w.-]{1,255}$/.test(name) && !/^\.+$/.test(name);
}
