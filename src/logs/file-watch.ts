import { type FSWatcher, watch } from "node:fs";
import { basename, dirname } from "node:path";

/**
 * Tells that docker has written to a container's json-file or rotated it: inotify on the folder, since the file changes. All
 * watches of the process share one inotify instance.
 */
export class FileWatch {
  readonly #path: string;
  readonly #limit: number;
  readonly #wake: () => void;
  #watcher: FSWatcher | undefined;
  #events = 0;

  /** `limit`: with more events than this before they are taken, the watching ends by itself. */
  constructor(path: string, limit: number, wake: () => void) {
    this.#path = path;
    this.#limit = limit;
    this.#wake = wake;
  }

  /** Whether events would come. */
  get isArmed(): boolean {
    return this.#watcher !== undefined;
  }

  /** Begins to watch, if it does not yet. Returns false when the kernel has no watch left, or there is no folder. */
  arm(): boolean {
    if (this.#watcher !== undefined) return true;
    try {
      const watcher = watch(dirname(this.#path), { persistent: false });
      watcher.on("change", (_type, name) => this.#changed(name));
      watcher.on("error", () => this.disarm());
      this.#watcher = watcher;
      return true;
    } catch {
      return false;
    }
  }

  #changed(name: string | Buffer | null): void {
    if (name !== null && !String(name).startsWith(basename(this.#path))) return;
    this.#events += 1;
    if (this.#events > this.#limit) this.disarm();
    this.#wake();
  }

  /** Returns how many events came since the last call. */
  takeEvents(): number {
    const events = this.#events;
    this.#events = 0;
    return events;
  }

  /** Ends the watching. */
  disarm(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }
}
