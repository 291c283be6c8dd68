import { readdir, readFile } from "node:fs/promises";
import { errnoOf } from "../model/error.ts";

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot, as /proc prints them. */
  readonly startTime: string;
}

/** A process as /proc shows it at one moment. */
export interface ProcessEntry extends ProcessIdentity {
  readonly parent: number;
  /** The pid of the session's leader, alive or not. */
  readonly session: number;
  /** It has ended and waits to be reaped. */
  readonly isZombie: boolean;
}

/** Returns a process; undefined when there is none. */
export async function readProcess(pid: number): Promise<ProcessEntry | undefined> {
  const stat = await readIfThere(`/proc/${pid}/stat`);
  return stat === undefined ? undefined : parseStat(pid, stat);
}

/**
 * Reads /proc/PID/stat (proc(5)):
 * ```
 * PID (NAME) STATE PARENT GROUP SESSION … STARTTIME(22) …
 * ```
 * The name may hold anything, so fields are counted from its closing parenthesis.
 */
export function parseStat(pid: number, stat: string): ProcessEntry | undefined {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const startTime = fields[19];
  if (startTime === undefined) return undefined;
  return {
    pid,
    startTime,
    parent: Number(fields[1]),
    session: Number(fields[3]),
    isZombie: fields[0] === "Z" || fields[0] === "X",
  };
}

/** Whether the environment that a process was given holds `NAME=VALUE`. A process that has ended has none. */
export async function hasInEnvironment(pid: number, assignment: string): Promise<boolean> {
  const environment = await readIfThere(`/proc/${pid}/environ`);
  return environment !== undefined && `\0${environment}`.includes(`\0${assignment}\0`);
}

/**
 * Returns every process whose environment, as it was given, holds one of these `NAME=VALUE`. Processes that we may not look
 * into (ptrace(2) decides) are left out: what we started is not among them.
 */
export async function processesGiven(
  assignments: ReadonlySet<string>,
): Promise<readonly ProcessIdentity[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const entry = await readProcess(pid);
      const environment = await readFile(`/proc/${pid}/environ`, "latin1").catch(() => "");
      return environment.split("\0").some((assignment) => assignments.has(assignment))
        ? entry
        : undefined;
    }),
  );
  return found.filter((entry) => entry !== undefined);
}

/** Returns the pids in a cgroup and in those below it; none when it is gone. */
export async function pidsInCgroup(folder: string): Promise<readonly number[]> {
  const procs = await readIfThere(`${folder}/cgroup.procs`);
  if (procs === undefined) return [];
  const own = procs.split("\n").filter(Boolean).map(Number);
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const below = entries.filter((entry) => entry.isDirectory());
  const others = await Promise.all(below.map(({ name }) => pidsInCgroup(`${folder}/${name}`)));
  return [...own, ...others.flat()];
}

/** ESRCH: it ended while it was read; ENODEV: so did the cgroup; EOPNOTSUPP: a threaded cgroup lists none. */
async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "latin1");
  } catch (thrown) {
    const errno = errnoOf(thrown) ?? "";
    if (["ENOENT", "ESRCH", "ENODEV", "EOPNOTSUPP"].includes(errno)) return undefined;
    throw thrown;
  }
}
