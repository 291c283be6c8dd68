import type { EventBound } from "./event-queue.ts";

interface Kept<Event> {
  readonly event: Event;
  readonly atMillis: number;
}

/** What happened while nobody listened, for whoever comes first: the newest events, and none that is older than a listing would be. */
export class EventBacklog<Event> {
  readonly #bound: EventBound<Event>;
  readonly #maxAgeMillis: number;
  #kept: Kept<Event>[] = [];
  #weight = 0;

  constructor(bound: EventBound<Event>, maxAgeMillis: number) {
    this.#bound = bound;
    this.#maxAgeMillis = maxAgeMillis;
  }

  /** Keeps events of this moment of the monotonic clock. Returns how many older ones are dropped. */
  keep(events: readonly Event[], atMillis: number): number {
    for (const event of events) {
      this.#kept.push({ event, atMillis });
      this.#weight += this.#bound.weightOf(event);
    }
    return this.#expire(atMillis);
  }

  /** Hands over what is kept, oldest first, and keeps none of it. */
  handOver(atMillis: number): readonly Event[] {
    this.#expire(atMillis);
    const events = this.#kept.map(({ event }) => event);
    this.#kept = [];
    this.#weight = 0;
    return events;
  }

  #expire(nowMillis: number): number {
    const { limit, weightOf } = this.#bound;
    let count = 0;
    for (const { event, atMillis } of this.#kept) {
      if (this.#weight <= limit && atMillis > nowMillis - this.#maxAgeMillis) break;
      this.#weight -= weightOf(event);
      count += 1;
    }
    if (count > 0) this.#kept.splice(0, count);
    return count;
  }
}
