import { CriError } from "../model/error.ts";

/** How much of events is kept. */
export interface EventBound<Event> {
  /** What all that is kept may weigh together. */
  readonly limit: number;
  readonly weightOf: (event: Event) => number;
}

/** What waits for one client. When it is full the client is told so instead of being told the rest with a gap. */
export class EventQueue<Event> {
  readonly #bound: EventBound<Event>;
  #waiting: Event[] = [];
  #weight = 0;
  #failure: CriError | undefined;
  #wake: () => void = () => undefined;

  constructor(bound: EventBound<Event>) {
    this.#bound = bound;
  }

  /** Adds events. Returns how many are dropped thereby: none, or all that wait, and then it takes no more. */
  push(...events: readonly Event[]): number {
    for (const event of events) this.#weight += this.#bound.weightOf(event);
    if (this.#weight > this.#bound.limit) {
      const behind = this.#waiting.length + events.length;
      this.#waiting = [];
      const message = `the client is ${behind} events behind, more than are kept for it: list again`;
      this.#failure = new CriError("ResourceExhausted", message);
      this.#wake();
      return behind;
    }
    this.#waiting.push(...events);
    this.#wake();
    return 0;
  }

  /** What is pushed, in order, until the signal aborts. Throws CriError, ResourceExhausted once it was full. */
  async *take(signal: AbortSignal): AsyncGenerator<Event> {
    const wake = (): void => this.#wake();
    signal.addEventListener("abort", wake);
    try {
      while (!signal.aborted) {
        if (this.#failure !== undefined) throw this.#failure;
        const event = this.#waiting.shift();
        if (event === undefined) {
          await this.#more();
        } else {
          this.#weight -= this.#bound.weightOf(event);
          yield event;
        }
      }
    } finally {
      signal.removeEventListener("abort", wake);
    }
  }

  async #more(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    await promise;
  }
}
