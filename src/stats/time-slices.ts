import type { Clock } from "../model/ports.ts";

const sliceMillis = 5;

/** Runs short pieces of work in order; after 5 ms of them the event loop gets its turn before the next. */
export class TimeSlices {
  readonly #clock: Pick<Clock, "monotonicMillis">;
  readonly #jobs: (() => void)[] = [];
  #scheduled = false;

  constructor(clock: Pick<Clock, "monotonicMillis">) {
    this.#clock = clock;
  }

  /** Returns what the work returns, or rejects with what it throws. */
  run<T>(work: () => T): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#jobs.push(() => {
      try {
        resolve(work());
      } catch (thrown) {
        reject(thrown);
      }
    });
    this.#schedule();
    return promise;
  }

  #schedule(): void {
    if (this.#scheduled || this.#jobs.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#slice();
      this.#schedule();
    });
  }

  #slice(): void {
    const end = this.#clock.monotonicMillis() + sliceMillis;
    for (let job = this.#jobs.shift(); job !== undefined; job = this.#jobs.shift()) {
      job();
      if (this.#clock.monotonicMillis() >= end) return;
    }
  }
}
