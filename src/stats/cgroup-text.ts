import { readFileSync } from "node:fs";
import { errnoOf } from "../model/error.ts";

/**
 * Returns the content of a cgroup file, undefined when this kernel lacks it or the cgroup is gone. Read at once: these files
 * are made in memory within microseconds, less than a trip to the thread pool takes.
 */
export function readCgroupText(folder: string, name: string): string | undefined {
  try {
    return readFileSync(`${folder}/${name}`, "latin1");
  } catch (thrown) {
    // EOPNOTSUPP: pressure files while PSI is switched off. ENODEV: removed while it was read.
    const errno = errnoOf(thrown) ?? "";
    if (["ENOENT", "ENODEV", "EOPNOTSUPP"].includes(errno)) return undefined;
    throw thrown;
  }
}

/** Returns the number that a file consists of; undefined for `max` and for no file. */
export function readCgroupNumber(folder: string, name: string): bigint | undefined {
  const text = readCgroupText(folder, name)?.trim() ?? "";
  return /^\d+$/.test(text) ? BigInt(text) : undefined;
}

/** Returns the value of one key of a flat-keyed file (`key value` a line); undefined when it is not there. */
export function flatValue(text: string, key: string): bigint | undefined {
  const start = text.startsWith(`${key} `) ? 0 : text.indexOf(`\n${key} `) + 1;
  if (start === 0 && !text.startsWith(`${key} `)) return undefined;
  const end = text.indexOf("\n", start);
  const digits = text.slice(start + key.length + 1, end < 0 ? undefined : end).trim();
  return /^\d+$/.test(digits) ? BigInt(digits) : undefined;
}
