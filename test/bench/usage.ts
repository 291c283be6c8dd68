import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { cpuUsage } from "node:process";

const ticksPerSecond = 100;

/**
 * Milliseconds of CPU that the whole machine has used, this process left out: daemons, their engines, monitors, plugins and
 * containers are all in it, so a busy machine spoils it.
 */
export function machineCpuMillis(): number {
  const [, user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = (
    readFileSync("/proc/stat", "utf8").split("\n")[0] ?? ""
  )
    .split(/\s+/)
    .map(Number);
  const own = cpuUsage();
  return (
    ((user + nice + system + irq + softirq) * 1000) / ticksPerSecond -
    (own.user + own.system) / 1000
  );
}

/** Milliseconds of CPU that a process and its ended children have used. */
export function processCpuMillis(pid: number): number {
  const fields = (readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1) ?? "")
    .split(" ")
    .map(Number);
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15);
  return ((user + system + childUser + childSystem) * 1000) / ticksPerSecond;
}

/** KiB of proportional set size of a process (/proc/PID/smaps_rollup). */
export function pssKib(pid: number): number {
  return Number(
    /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? Number.NaN,
  );
}

/** The process that listens on a unix socket; undefined when none is found. */
export function listenerOf(socket: string): number | undefined {
  const line = readFileSync("/proc/net/unix", "utf8")
    .split("\n")
    .find((entry) => entry.endsWith(` ${socket}`));
  const inode = line?.trim().split(/\s+/)[6];
  if (inode === undefined) return undefined;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => opens(pid, `socket:[${inode}]`));
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
