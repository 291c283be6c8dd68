import { abandonable } from "../host/abandonable.ts";

const waiting = "waited for the network's clean-up";

/** Many at once, or one alone: GC must not run beside an ADD or DEL (CNI spec section 3), which run beside each other. */
export class SharedGate {
  #inside = 0;
  #closed: PromiseWithResolvers<void> | undefined;
  #drained: PromiseWithResolvers<void> | undefined;

  /** Runs work beside other shared work, once nobody is alone in here. Throws Cancelled or DeadlineExceeded when the wait is aborted. */
  async share<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    while (this.#closed !== undefined) await abandonable(this.#closed.promise, signal, waiting);
    this.#inside += 1;
    try {
      return await work();
    } finally {
      this.#inside -= 1;
      if (this.#inside === 0) this.#drained?.resolve();
    }
  }

  /** Runs work alone: waits for what is inside and keeps the rest outside. Throws like `share`. */
  async alone<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    while (this.#closed !== undefined) await abandonable(this.#closed.promise, signal, waiting);
    const closed = Promise.withResolvers<void>();
    this.#closed = closed;
    try {
      this.#drained = Promise.withResolvers<void>();
      if (this.#inside > 0) await abandonable(this.#drained.promise, signal, waiting);
      return await work();
    } finally {
      this.#drained = undefined;
      this.#closed = undefined;
      closed.resolve();
    }
  }
}
