import { join } from "node:path";
import { tryLock, waitForLock } from "../host/file-lock.ts";

/**
 * Who brings or uses content that no name refers to yet holds the store shared; garbage is collected by who has it alone. The
 * kernel lets go of it for a process that dies.
 */
export class StoreLock {
  readonly #path: string;

  constructor(root: string) {
    this.#path = join(root, "store.lock");
  }

  /** Keeps all content in place until disposed of. */
  shared(signal: AbortSignal): Promise<AsyncDisposable> {
    return waitForLock(this.#path, "shared", signal);
  }

  /** Returns undefined while somebody else uses the store. */
  alone(signal: AbortSignal): Promise<AsyncDisposable | undefined> {
    return tryLock(this.#path, "exclusive", signal);
  }
}
