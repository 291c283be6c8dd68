import type { Dirent } from "node:fs";
import { lstat, opendir } from "node:fs/promises";
import { join } from "node:path";

/** What a walk has counted. */
export interface LayerSize {
  readonly usedBytes: bigint;
  readonly inodesUsed: bigint;
}

export interface WalkOptions {
  /** Awaited before each batch of entries: the walk goes as fast as it lets it, and ends with what it throws. */
  readonly pause: () => Promise<void>;
  readonly entriesPerBatch: number;
}

/** Blocks of stat(2) are of this size whatever the file system's. */
const blockBytes = 512;
/** Beyond that many files with several names a further name counts again. */
const maxLinkedInodes = 100_000;

/**
 * Counts the disk blocks and inodes of a folder, as du does: hard links once, links not followed, other file systems left
 * out. What vanishes meanwhile is not counted. Undefined when the folder itself is gone.
 */
export async function measureFolder(
  folder: string,
  options: WalkOptions,
): Promise<LayerSize | undefined> {
  const walk = new Walk(options);
  return (await walk.begin(folder)) ? await walk.finish() : undefined;
}

class Walk {
  readonly #options: WalkOptions;
  readonly #folders: string[] = [];
  readonly #linked = new Set<bigint>();
  #device = 0n;
  #blocks = 0n;
  #inodes = 0n;
  #inBatch = 0;

  constructor(options: WalkOptions) {
    this.#options = options;
  }

  async begin(folder: string): Promise<boolean> {
    const stats = await lstat(folder, { bigint: true }).catch(() => undefined);
    if (stats === undefined) return false;
    this.#device = stats.dev;
    this.#blocks = stats.blocks;
    this.#inodes = 1n;
    this.#folders.push(folder);
    return true;
  }

  async finish(): Promise<LayerSize> {
    for (let folder = this.#folders.pop(); folder !== undefined; folder = this.#folders.pop()) {
      await this.#read(folder);
    }
    return { usedBytes: this.#blocks * BigInt(blockBytes), inodesUsed: this.#inodes };
  }

  async #read(path: string): Promise<void> {
    // A folder may be removed or become unreadable while the container works in it.
    const folder = await opendir(path).catch(() => undefined);
    if (folder === undefined) return;
    await using entries = folder;
    for (let entry = await next(entries); entry !== null; entry = await next(entries)) {
      await this.#count(join(path, entry.name));
    }
  }

  async #count(path: string): Promise<void> {
    if (this.#inBatch === 0) await this.#options.pause();
    this.#inBatch = (this.#inBatch + 1) % this.#options.entriesPerBatch;
    const stats = await lstat(path, { bigint: true }).catch(() => undefined);
    if (stats === undefined || stats.dev !== this.#device) return;
    if (stats.isDirectory()) this.#folders.push(path);
    else if (stats.nlink > 1n && !this.#isNew(stats.ino)) return;
    this.#blocks += stats.blocks;
    this.#inodes += 1n;
  }

  #isNew(inode: bigint): boolean {
    if (this.#linked.has(inode)) return false;
    if (this.#linked.size < maxLinkedInodes) this.#linked.add(inode);
    return true;
  }
}

async function next(folder: { read(): Promise<Dirent | null> }): Promise<Dirent | null> {
  return await folder.read().catch(() => null);
}
