import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { errnoOf } from "../model/error.ts";

/** memory.stat has some 2 KiB. Shared by all reads: none of them waits. */
const buffer = Buffer.alloc(16 << 10);

/**
 * Returns the content of a cgroup file, undefined when this kernel lacks it or the cgroup is gone. Read at once: these files
 * are made in memory within microseconds, less than a trip to the thread pool takes.
 */
export function readCgroupText(folder: string, name: string): string | undefined {
  try {
    return readOnce(`${folder}/${name}`);
  } catch (thrown) {
    // EOPNOTSUPP: pressure files while PSI is switched off. ENODEV: removed while it was read.
    const errno = errnoOf(thrown) ?? "";
    if (["ENOENT", "ENODEV", "EOPNOTSUPP"].includes(errno)) return undefined;
    throw thrown;
  }
}

/**
 * The kernel hands such a file out in one read if it fits (kernfs shows it as one record, fs/seq_file.c): three system calls, where
 * readFileSync also asks for the size, which is 0, and for the end.
 */
function readOnce(path: string): string {
  const fd = openSync(path, "r");
  try {
    const length = readSync(fd, buffer, 0, buffer.length, null);
    return length < buffer.length
      ? buffer.toString("latin1", 0, length)
      : readFileSync(path, "latin1");
  } finally {
    closeSync(fd);
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
