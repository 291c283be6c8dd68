import type { BigIntStats } from "node:fs";

/**
 * Tells a file from every other that had or will have its name. The inode number alone is given to a new file as soon as the
 * old one is gone; with the time of birth (statx; 0 where the file system keeps none) it is not. The device number is left
 * out, since it may change with a reboot.
 */
export type FileIdentity = string;

/** Returns the identity that stat(2) shows. */
export function fileIdentity(stats: BigIntStats): FileIdentity {
  return `${stats.ino}:${stats.birthtimeNs}`;
}
