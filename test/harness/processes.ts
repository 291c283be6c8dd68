import { readdirSync, readFileSync } from "node:fs";

/** A process as /proc shows it. */
export interface ProcessEntry {
  readonly pid: number;
  /** The arguments, joined by spaces; empty for kernel threads and zombies. */
  readonly command: string;
  readonly zombie: boolean;
}

/** Returns every process that this PID namespace shows. */
export function processes(): readonly ProcessEntry[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ").trim();
        const state = readFileSync(`/proc/${name}/stat`, "utf8").split(") ").at(-1)?.[0];
        return [{ pid: Number(name), command, zombie: state === "Z" }];
      } catch {
        return [];
      }
    });
}

/** Kills what still runs with `text` among its arguments, this process excepted. */
export function killByArgument(text: string): void {
  for (const { pid, command } of processes()) {
    if (pid === process.pid || !command.includes(text)) continue;
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended meanwhile.
    }
  }
}
