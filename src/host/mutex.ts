import { CriError } from "../model/error.ts";

/** One at a time, in the order of asking. */
export class Mutex {
  readonly #waiters: (() => void)[] = [];
  #held = false;

  /**
   * Runs the work when nobody before it holds the lock, and returns what it returns. A waiter whose signal aborts leaves the
   * queue with Cancelled or DeadlineExceeded; work that has begun is not interrupted.
   */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.#acquire(signal);
    try {
      return await work();
    } finally {
      this.#release();
    }
  }

  async #acquire(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted === true) throw gaveUp(signal);
    if (!this.#held) {
      this.#held = true;
      return;
    }
    const turn = Promise.withResolvers<void>();
    const leave = () => {
      const at = this.#waiters.indexOf(turn.resolve);
      if (at < 0) return;
      this.#waiters.splice(at, 1);
      turn.reject(gaveUp(signal));
    };
    this.#waiters.push(turn.resolve);
    signal?.addEventListener("abort", leave, { once: true });
    await turn.promise.finally(() => signal?.removeEventListener("abort", leave));
  }

  /** The lock passes from hand to hand: `#held` stays true while somebody waits, so nobody can jump the queue. */
  #release(): void {
    const next = this.#waiters.shift();
    if (next === undefined) this.#held = false;
    else next();
  }
}

/** One at a time for each key; keys nobody holds or waits for cost nothing. */
export class KeyedMutex {
  readonly #entries = new Map<string, { readonly mutex: Mutex; users: number }>();

  /** Like Mutex.run, among those who use the same key. */
  async run<T>(key: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const entry = this.#entries.get(key) ?? { mutex: new Mutex(), users: 0 };
    this.#entries.set(key, entry);
    entry.users += 1;
    try {
      return await entry.mutex.run(work, signal);
    } finally {
      entry.users -= 1;
      if (entry.users === 0) this.#entries.delete(key);
    }
  }

  /** How many keys are held or waited for. */
  get size(): number {
    return this.#entries.size;
  }
}

function gaveUp(signal: AbortSignal | undefined): CriError {
  return CriError.from(signal?.reason, "gave up waiting for another call on the same object");
}
