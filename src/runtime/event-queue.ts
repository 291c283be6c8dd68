import { CriError } from "../model/error.ts";

/** What waits for one client. When it is full the client is told so instead of being told the rest with a gap. */
export class EventQueue<Event> {
  readonly #limit: number;
  #waiting: Event[] = [];
  #failure: CriError | undefined;
  #wake: () => void = () => undefined;

  /** Takes how many events may wait. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Adds events. Returns how many are dropped thereby: none, or all that wait, and then it takes no more. */
  push(...events: readonly Event[]): number {
    const isFull = this.#waiting.length + events.length > this.#limit;
    if (isFull) {
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
        if (event === undefined) await this.#more();
        else yield event;
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
