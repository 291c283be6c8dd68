interface Kept<Event> {
  readonly event: Event;
  readonly atMillis: number;
}

/** What happened while nobody listened, for whoever comes first: the newest events, and none that is older than a listing would be. */
export class EventBacklog<Event> {
  readonly #limit: number;
  readonly #maxAgeMillis: number;
  #kept: Kept<Event>[] = [];

  constructor({ limit, maxAgeMillis }: { readonly limit: number; readonly maxAgeMillis: number }) {
    this.#limit = limit;
    this.#maxAgeMillis = maxAgeMillis;
  }

  /** Keeps events of this moment of the monotonic clock. Returns how many older ones are dropped. */
  keep(events: readonly Event[], atMillis: number): number {
    const before = this.#kept.length + events.length;
    this.#expire(atMillis);
    this.#kept.push(...events.map((event) => ({ event, atMillis })));
    this.#kept = this.#kept.slice(-this.#limit);
    return before - this.#kept.length;
  }

  /** Hands over what is kept, oldest first, and keeps none of it. */
  handOver(atMillis: number): readonly Event[] {
    this.#expire(atMillis);
    const events = this.#kept.map(({ event }) => event);
    this.#kept = [];
    return events;
  }

  #expire(nowMillis: number): void {
    this.#kept = this.#kept.filter(({ atMillis }) => atMillis > nowMillis - this.#maxAgeMillis);
  }
}
