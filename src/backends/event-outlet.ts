import type { ContainerRecord, EngineEvent, EngineResync, SandboxRecord } from "./backend.ts";

/** One object as an event tells it. */
export type ObjectEvent =
  | { readonly type: "sandbox"; readonly record: SandboxRecord }
  | { readonly type: "container"; readonly record: ContainerRecord }
  | { readonly type: "gone"; readonly id: string };

/**
 * A queue of events between the engine and a reader of any speed. Bounded by the number of objects: a newer event of an
 * object replaces the one that still waits, a full list replaces those of all objects on it.
 */
export class EventOutlet {
  #resync: EngineResync | undefined;
  readonly #waiting = new Map<string, ObjectEvent>();
  #wake: (() => void) | undefined;

  /** Adds an event. */
  push(event: EngineEvent): void {
    if (event.type === "resync") {
      this.#resync = event;
      for (const { sandbox } of event.sandboxes) this.#waiting.delete(sandbox.id);
      for (const { container } of event.containers) this.#waiting.delete(container.id);
    } else {
      const id = idOf(event);
      // Deleted first, so that it queues behind what was said of others meanwhile.
      this.#waiting.delete(id);
      this.#waiting.set(id, event);
    }
    this.#wake?.();
  }

  /** Yields events in their order until the signal aborts. One reader at a time. */
  async *read(signal: AbortSignal): AsyncGenerator<EngineEvent, void> {
    const stop = (): void => this.#wake?.();
    signal.addEventListener("abort", stop, { once: true });
    try {
      while (!signal.aborted) {
        const event = this.#take();
        if (event === undefined) await new Promise<void>((wake) => (this.#wake = wake));
        else yield event;
      }
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  #take(): EngineEvent | undefined {
    const resync = this.#resync;
    this.#resync = undefined;
    if (resync !== undefined) return resync;
    for (const [id, event] of this.#waiting) {
      this.#waiting.delete(id);
      return event;
    }
    return undefined;
  }
}

function idOf(event: ObjectEvent): string {
  switch (event.type) {
    case "sandbox":
      return event.record.sandbox.id;
    case "container":
      return event.record.container.id;
    case "gone":
      return event.id;
  }
}
