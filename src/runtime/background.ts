import { messageOf } from "../model/error.ts";
import type { Log, LogFields } from "../model/ports.ts";

/** Work that no request waits for: every promise is kept and its failure logged, so that none floats. */
export class Background {
  readonly #log: Log;
  readonly #running = new Set<Promise<void>>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Starts the work; a failure is a warning with that message. */
  start(failure: string, fields: LogFields, work: () => Promise<void>): void {
    const running = work()
      .catch((error: unknown) => this.#log.warn(failure, { ...fields, err: messageOf(error) }))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Resolves when all that was started has ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }
}
