import { readFile, stat, statfs } from "node:fs/promises";
import type { Clock } from "../model/ports.ts";

/** A file system as a whole. */
export interface FileSystemFigures {
  /** As `/dev/sda1`; a name such as `overlay` for one without a device. */
  readonly device: string;
  readonly capacityBytes: bigint;
  readonly inodes: bigint;
  readonly inodesFree: bigint;
}

interface Known {
  figures: FileSystemFigures | undefined;
  dueMillis: number;
}

const freshMillis = 10_000;
/** Engines have a root each; what was asked for once and never again is not worth a search. */
const maxKnown = 100;

/**
 * The file systems that writable layers lie on, looked at in the background while somebody asks: an answer is the last look's,
 * so that a dead network mount under an engine's root holds nobody up.
 */
export class LayerFileSystems {
  readonly #clock: Pick<Clock, "monotonicMillis">;
  readonly #known = new Map<string, Known>();

  constructor(clock: Pick<Clock, "monotonicMillis">) {
    this.#clock = clock;
  }

  /** Returns the file system of a folder; undefined before the first look is done, and when the folder is gone. */
  of(folder: string): FileSystemFigures | undefined {
    if (this.#known.size > maxKnown) this.#known.clear();
    const known = this.#known.get(folder) ?? { figures: undefined, dueMillis: 0 };
    this.#known.set(folder, known);
    if (this.#clock.monotonicMillis() >= known.dueMillis) {
      // Until this look ends there is no other.
      known.dueMillis = Number.POSITIVE_INFINITY;
      void this.#look(folder, known);
    }
    return known.figures;
  }

  /** Never rejects: what cannot be looked at has no figures. */
  async #look(folder: string, known: Known): Promise<void> {
    known.figures = await lookAt(folder).catch(() => undefined);
    known.dueMillis = this.#clock.monotonicMillis() + freshMillis;
  }
}

async function lookAt(folder: string): Promise<FileSystemFigures> {
  const [figures, { dev }, mounts] = await Promise.all([
    statfs(folder, { bigint: true }),
    stat(folder, { bigint: true }),
    readFile("/proc/self/mountinfo", "utf8"),
  ]);
  return {
    device: deviceOf(mounts, dev),
    capacityBytes: figures.blocks * figures.bsize,
    inodes: figures.files,
    inodesFree: figures.ffree,
  };
}

/**
 * Returns what a mount with these device numbers was made from, out of /proc/PID/mountinfo (proc(5)):
 * `36 35 98:0 /sub /mnt rw shared:1 - ext4 /dev/sda1 rw`; the numbers in words when no mount has them.
 */
export function deviceOf(mountinfo: string, dev: bigint): string {
  const numbers = `${majorOf(dev)}:${minorOf(dev)}`;
  for (const line of mountinfo.split("\n")) {
    const fields = line.split(" ");
    const source = fields[2] === numbers ? fields[fields.indexOf("-", 6) + 2] : undefined;
    if (source !== undefined) return source;
  }
  return numbers;
}

/** How glibc packs device numbers (gnu_dev_makedev). */
function majorOf(dev: bigint): bigint {
  return ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & ~0xfffn);
}

function minorOf(dev: bigint): bigint {
  return (dev & 0xffn) | ((dev >> 12n) & ~0xffn);
}
