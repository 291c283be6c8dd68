import { readFileSync } from "node:fs";

/** Returns how many files this process may have open. Throws when /proc cannot be read. */
export function openFileLimit(): number {
  return parseOpenFileLimit(readFileSync("/proc/self/limits", "latin1"));
}

/** Reads the soft limit out of /proc/PID/limits: `Max open files  SOFT  HARD  files`; `unlimited` is Infinity. */
export function parseOpenFileLimit(limits: string): number {
  const [, soft = "unlimited"] = /^Max open files\s+(\S+)/m.exec(limits) ?? [];
  return soft === "unlimited" ? Number.POSITIVE_INFINITY : Number(soft);
}
