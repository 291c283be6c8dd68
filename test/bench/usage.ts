import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const ticksPerSecond = 100;

/** Milliseconds of CPU by /proc/PID/stat: of the process itself, and of its children that have ended. Ticks of 10 ms. */
export function processCpuMillis(pid: number): { readonly own: number; readonly ended: number } {
  const fields = (readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1) ?? "")
    .split(" ")
    .map(Number);
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15);
  return {
    own: ((user + system) * 1000) / ticksPerSecond,
    ended: ((childUser + childSystem) * 1000) / ticksPerSecond,
  };
}

/** Milliseconds that the threads of a process have run, to the nanosecond (Documentation/scheduler/sched-stats.rst); those that have ended are left out. */
export function runMillis(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce((sum, thread) => sum + threadRunNanos(pid, thread) / 1e6, 0);
}

function threadRunNanos(pid: number, thread: string): number {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]);
  } catch {
    return 0;
  }
}

/** KiB of proportional set size of a process (/proc/PID/smaps_rollup). */
export function pssKib(pid: number): number {
  return Number(
    /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? Number.NaN,
  );
}

/** The process that listens on a unix socket; throws when none is found. */
export function listenerOf(socket: string): number {
  const line = readFileSync("/proc/net/unix", "utf8")
    .split("\n")
    .find((entry) => entry.endsWith(` ${socket}`));
  const inode = line?.trim().split(/\s+/)[6] ?? "none";
  const pid = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((candidate) => opens(candidate, `socket:[${inode}]`));
  if (pid === undefined) throw new Error(`nobody listens on ${socket}`);
  return pid;
}

function opens(pid: number, target: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some(
      (fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === target,
    );
  } catch {
    return false;
  }
}
