import type { Clock } from "../model/ports.ts";

export interface MeasureLaneOptions {
  readonly clock: Clock;
  /** Least rest between batches. */
  readonly restMillis: number;
}

/** Walks rest this many times as long as they work: those of a lane together have a twentieth of one disk's and one core's time, however many and large the layers. */
const restFactor = 19;
/** A file system that hung once does not end the measuring. */
const longestRestMillis = 10_000;

/** Work that is done one piece after the other, and slowly. */
export class MeasureLane<Item> {
  readonly #options: MeasureLaneOptions;
  readonly #queue: Item[] = [];
  #wake: (() => void) | undefined;
  /** Work that no rest has followed yet, and since when there is more of it. */
  #owedMillis = 0;
  #workingSinceMillis = 0;

  constructor(options: MeasureLaneOptions) {
    this.#options = options;
  }

  push(item: Item): void {
    this.#queue.push(item);
    this.#wake?.();
  }

  /** Does what is pushed, until the signal aborts. Called once; `work` throws nothing. */
  async run(work: (item: Item) => Promise<void>, signal: AbortSignal): Promise<void> {
    const stop = () => this.#wake?.();
    signal.addEventListener("abort", stop, { once: true });
    while (!signal.aborted) {
      const item = this.#queue.shift();
      if (item === undefined) await this.#asked();
      else await this.#do(item, work);
    }
    signal.removeEventListener("abort", stop);
  }

  /** To be awaited between batches of the work. */
  async rest(signal: AbortSignal): Promise<void> {
    const { clock, restMillis } = this.#options;
    const workedMillis = this.#owedMillis + clock.monotonicMillis() - this.#workingSinceMillis;
    this.#owedMillis = 0;
    const rest = Math.min(Math.max(restMillis, workedMillis * restFactor), longestRestMillis);
    await clock.sleep(rest, signal);
    this.#workingSinceMillis = clock.monotonicMillis();
  }

  async #do(item: Item, work: (item: Item) => Promise<void>): Promise<void> {
    const { clock } = this.#options;
    this.#workingSinceMillis = clock.monotonicMillis();
    await work(item);
    this.#owedMillis += clock.monotonicMillis() - this.#workingSinceMillis;
  }

  #asked(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
