import type { Clock } from "../model/ports.ts";

/** Samples younger than this are shared by whoever asks. */
const freshMillis = 1_000;

/** The newest sample of one object: taken when somebody asks, at most once a second, and given to all who ask meanwhile. */
export class SharedSample<Sample> {
  readonly #clock: Pick<Clock, "monotonicMillis">;
  #inFlight: Promise<Sample | undefined> | undefined;
  #newest: { readonly sample: Sample; readonly takenAtMillis: number } | undefined;

  constructor(clock: Pick<Clock, "monotonicMillis">) {
    this.#clock = clock;
  }

  /** Returns the sample that is fresh, else what `take` gives; undefined is not kept. Rejects as `take` does. */
  async get(take: () => Promise<Sample | undefined>): Promise<Sample | undefined> {
    const newest = this.#newest;
    if (newest !== undefined && this.#now() - newest.takenAtMillis < freshMillis)
      return newest.sample;
    this.#inFlight ??= this.#take(take).finally(() => {
      this.#inFlight = undefined;
    });
    return await this.#inFlight;
  }

  /** The age counts from when the sample was complete: the next one is then a whole second later in all its parts. */
  async #take(take: () => Promise<Sample | undefined>): Promise<Sample | undefined> {
    const sample = await take();
    this.#newest = sample === undefined ? undefined : { sample, takenAtMillis: this.#now() };
    return sample;
  }

  #now(): number {
    return this.#clock.monotonicMillis();
  }
}
