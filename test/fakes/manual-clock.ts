import type { Clock } from "../../src/model/ports.ts";

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** Time that stands still until a test moves it. */
export class ManualClock implements Clock {
  #millis = 0;
  #sleepers: Sleeper[] = [];

  nowNanos(): bigint {
    return BigInt(this.#millis) * 1_000_000n;
  }

  monotonicMillis(): number {
    return this.#millis;
  }

  async sleep(millis: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) throw signal.reason;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sleeper = { until: this.#millis + millis, wake: resolve };
    this.#sleepers.push(sleeper);
    const onAbort = () => {
      this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    await promise.finally(() => signal?.removeEventListener("abort", onAbort));
  }

  /** How long each sleeper still sleeps, in milliseconds, the first to wake first. */
  get sleeping(): readonly number[] {
    return this.#sleepers.map(({ until }) => until - this.#millis).toSorted((a, b) => a - b);
  }

  /** Moves the time on and wakes who slept until then. */
  advance(millis: number): void {
    this.#millis += millis;
    const due = this.#sleepers.filter(({ until }) => until <= this.#millis);
    this.#sleepers = this.#sleepers.filter(({ until }) => until > this.#millis);
    for (const { wake } of due) wake();
  }
}
