import type { Backend, EngineEvent, EngineResync } from "../../src/backends/backend.ts";
import { eventually } from "../harness/eventually.ts";

/** What a backend tells, read from its first event on. */
export class Told implements AsyncDisposable {
  readonly events: EngineEvent[] = [];
  readonly #ending = new AbortController();
  readonly #reading: Promise<void>;

  constructor(backend: Backend) {
    this.#reading = this.#read(backend);
  }

  /** Waits for an event that `find` makes something of; those that were told before count. */
  async until<T>(what: string, find: (event: EngineEvent) => T | undefined): Promise<T> {
    return await eventually(what, () => {
      for (const event of this.events) {
        const found = find(event);
        if (found !== undefined) return found;
      }
      return undefined;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#reading;
  }

  async #read(backend: Backend): Promise<void> {
    for await (const event of backend.events(this.#ending.signal)) this.events.push(event);
  }
}

/** Finds a full list. */
export function resyncOf(event: EngineEvent): EngineResync | undefined {
  return event.type === "resync" ? event : undefined;
}
