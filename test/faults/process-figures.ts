import { readdirSync, readFileSync } from "node:fs";

/** What a process holds. */
export interface ProcessFigures {
  readonly residentMebibytes: number;
  readonly openFiles: number;
}

/** Returns what a running process holds now. */
export function figuresOf(pid: number): ProcessFigures {
  const [, kibibytes] =
    /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return {
    residentMebibytes: Math.round(Number(kibibytes) / 1024),
    openFiles: readdirSync(`/proc/${pid}/fd`).length,
  };
}
