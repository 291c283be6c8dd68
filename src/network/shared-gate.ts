import { CriError } from "../model/error.ts";

/** Many at once, or one alone: GC must not run beside an ADD or DEL (CNI spec section 3), which run beside each other. */
export class SharedGate {
  #inside = 0;
  #closed: PromiseWithResolvers<void> | undefined;
  #drained: PromiseWithResolvers<void> | undefined;

  /** Runs work beside other shared work, once nobody is alone in here. Throws Cancelled or DeadlineExceeded when the wait is aborted. */
  async share<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    while (this.#closed !== undefined) await unlessAborted(this.#closed.promise, signal);
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
    while (this.#closed !== undefined) await unlessAborted(this.#closed.promise, signal);
    const closed = Promise.withResolvers<void>();
    this.#closed = closed;
    try {
      this.#drained = Promise.withResolvers<void>();
      if (this.#inside > 0) await unlessAborted(this.#drained.promise, signal);
      return await work();
    } finally {
      this.#drained = undefined;
      this.#closed = undefined;
      closed.resolve();
    }
  }
}

async function unlessAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = () =>
    aborted.reject(CriError.from(signal.reason, "gave up waiting for the network's clean-up"));
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
