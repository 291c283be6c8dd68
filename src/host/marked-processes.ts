import { sendSignal } from "./identity.ts";
import { hasInEnvironment, type ProcessEntry, pidsInCgroup, readProcess } from "./process-table.ts";

/** Processes of a cgroup that belong to one command, and how they are known. */
export interface MarkedProcesses {
  /** The cgroup's folder. */
  readonly folder: string;
  /** Never counted: the cgroup's first process. */
  readonly firstPid: number;
  /** `NAME=VALUE` that only this command was started with. */
  readonly marker: string;
  /** The command's first process, where it is known: not even the environment is needed to know that one. */
  readonly mainPid?: number | undefined;
}

/**
 * Kills all processes of a command and returns how many it still found. A process counts when it lies in the
 * cgroup and is the command's first, was given the marker, or descends from such a one, or is in the session of one. A child that made itself a
 * daemon has neither the parent nor the session, only the environment; one that also emptied that has lost every trace.
 */
export async function killMarked(marked: MarkedProcesses): Promise<number> {
  const members = await membersOf(marked);
  return members.filter(({ pid, startTime }) => sendSignal(pid, startTime, "SIGKILL")).length;
}

async function membersOf({
  folder,
  firstPid,
  marker,
  mainPid,
}: MarkedProcesses): Promise<readonly ProcessEntry[]> {
  const pids = (await pidsInCgroup(folder)).filter((pid) => pid !== firstPid);
  const processes = (await Promise.all(pids.map(readProcess)))
    .filter((entry) => entry !== undefined)
    .filter(({ isZombie }) => !isZombie);
  const has = await Promise.all(processes.map(({ pid }) => hasInEnvironment(pid, marker)));
  return withKin(
    processes,
    processes.filter(({ pid }, index) => pid === mainPid || has[index]),
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
