import { sendSignal } from "../../host/identity.ts";
import {
  hasInEnvironment,
  type ProcessEntry,
  pidsInCgroup,
  readProcess,
} from "../../host/process-table.ts";
import { ownCgroup } from "./own-cgroup.ts";

/** A command that runs in a container, and how its processes are known. */
export interface ExecTree {
  readonly containerId: string;
  /** The container's first process on the host. */
  readonly containerPid: number;
  /** `NAME=VALUE` that only this command was started with. */
  readonly marker: string;
  /** The command's first process on the host, when docker has told it: not even the environment is needed to know that one. */
  readonly mainPid?: number;
}

/**
 * Kills all processes of a command and returns how many it still found. A process counts when it lies in the container's
 * cgroup and is the command's first, was given the marker, or descends from such a one, or is in the session of one. A child that made itself a
 * daemon has neither the parent nor the session, only the environment; one that also emptied that has lost every trace.
 */
export async function killExecTree(tree: ExecTree): Promise<number> {
  const members = await membersOf(tree);
  return members.filter(({ pid, startTime }) => sendSignal(pid, startTime, "SIGKILL")).length;
}

async function membersOf(tree: ExecTree): Promise<readonly ProcessEntry[]> {
  const folder = await ownCgroup(tree.containerPid, tree.containerId);
  if (folder === undefined) return [];
  const pids = (await pidsInCgroup(folder)).filter((pid) => pid !== tree.containerPid);
  const processes = (await Promise.all(pids.map(readProcess)))
    .filter((entry) => entry !== undefined)
    .filter(({ isZombie }) => !isZombie);
  const marked = await Promise.all(processes.map(({ pid }) => hasInEnvironment(pid, tree.marker)));
  return withKin(
    processes,
    processes.filter(({ pid }, index) => pid === tree.mainPid || marked[index]),
  );
}

/** Adds whoever has a parent or a session leader in the set, until nobody is added. */
function withKin(
  processes: readonly ProcessEntry[],
  first: readonly ProcessEntry[],
): readonly ProcessEntry[] {
  const pids = new Set(first.map(({ pid }) => pid));
  for (let known = -1; known !== pids.size; ) {
    known = pids.size;
    for (const { pid, parent, session } of processes) {
      if (pids.has(parent) || pids.has(session)) pids.add(pid);
    }
  }
  return processes.filter(({ pid }) => pids.has(pid));
}
