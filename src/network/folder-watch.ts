import { type FSWatcher, watch } from "node:fs";
import { stat } from "node:fs/promises";
import { messageOf } from "../model/error.ts";
import type { Log } from "../model/ports.ts";

interface Watched {
  readonly watcher: FSWatcher;
  /** A folder that was made anew under the same name needs a new watch. */
  readonly inode: number;
}

/**
 * Watches folders, those too that come later or are replaced: call `renew` now and then. It only ever hints: where inotify
 * fails (no watches left, a network file system) the caller's own slow poll is all there is.
 */
export class FolderWatch {
  readonly #folders: readonly string[];
  readonly #log: Log;
  readonly #onChange: () => void;
  readonly #watched = new Map<string, Watched>();
  #complained = false;

  constructor(folders: readonly string[], options: { log: Log; onChange: () => void }) {
    this.#folders = folders;
    this.#log = options.log;
    this.#onChange = options.onChange;
  }

  /** Watches what is there now. */
  async renew(): Promise<void> {
    for (const folder of this.#folders) {
      const inode = await stat(folder).then(
        (facts) => facts.ino,
        () => undefined,
      );
      const known = this.#watched.get(folder);
      if (known !== undefined && known.inode !== inode) this.#drop(folder);
      if (inode !== undefined && !this.#watched.has(folder)) this.#watch(folder, inode);
    }
  }

  /** Watches nothing any more. */
  close(): void {
    for (const folder of this.#watched.keys()) this.#drop(folder);
  }

  #watch(folder: string, inode: number): void {
    try {
      const watcher = watch(folder, { persistent: false }, this.#onChange);
      watcher.on("error", (error) => {
        this.#drop(folder);
        this.#complain(folder, error);
      });
      this.#watched.set(folder, { watcher, inode });
    } catch (error) {
      this.#complain(folder, error);
    }
  }

  #drop(folder: string): void {
    this.#watched.get(folder)?.watcher.close();
    this.#watched.delete(folder);
  }

  #complain(folder: string, error: unknown): void {
    if (this.#complained) return;
    this.#complained = true;
    this.#log.warn("folder cannot be watched, it is read now and then instead", {
      folder,
      err: messageOf(error),
    });
  }
}
