import { messageOf } from "../model/error.ts";
import type { Log } from "../model/ports.ts";

/** One step of a rollback; several are tried though one fails. */
const stepMillis = 30_000;

/**
 * Undoes the steps of an operation that failed, last first:
 * ```
 *   await using undo = new Rollback(log, onUndone);
 *   … undo.add("container", (signal) => remove(id, signal)); …
 *   undo.keep();      // all went well
 * ```
 * Each step has a deadline of its own, since the caller's signal may be what ended the operation. What cannot be undone is
 * logged: the error that started it all is the one to throw.
 */
export class Rollback implements AsyncDisposable {
  readonly #log: Log;
  readonly #onUndone: () => void;
  readonly #steps: {
    readonly name: string;
    readonly undo: (signal: AbortSignal) => Promise<void>;
  }[] = [];
  #kept = false;

  /** `onUndone` is told when the operation failed and its steps were undone as far as that went. */
  constructor(log: Log, onUndone: () => void) {
    this.#log = log;
    this.#onUndone = onUndone;
  }

  /** Adds how to undo a step; to be called before the step, when it may have been done though it throws. */
  add(name: string, undo: (signal: AbortSignal) => Promise<void>): void {
    this.#steps.push({ name, undo });
  }

  /** The operation went well: nothing is undone. */
  keep(): void {
    this.#steps.length = 0;
    this.#kept = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { name, undo } of this.#steps.toReversed()) {
      try {
        await undo(AbortSignal.timeout(stepMillis));
      } catch (thrown) {
        this.#log.warn("rollback step failed", { step: name, err: messageOf(thrown) });
      }
    }
    if (!this.#kept) this.#onUndone();
  }
}
