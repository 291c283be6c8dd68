import { messageOf } from "../model/error.ts";
import type { Log, LogFields } from "../model/ports.ts";

/** What may come by the thousand, as when an engine has lost all its containers, is done so much at a time. */
const turns = 16;

/** Work that no request waits for: every promise is kept and its failure logged, so that none floats. */
export class Background {
  readonly #log: Log;
  readonly #running = new Set<Promise<void>>();
  readonly #waiting: (() => void)[] = [];
  #inTurn = 0;

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

  /** The same when its turn has come: a deadline that the work sets itself does not run while it waits. */
  startInTurn(failure: string, fields: LogFields, work: () => Promise<void>): void {
    const { promise: turn, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    this.start(failure, fields, async () => {
      await turn;
      try {
        await work();
      } finally {
        this.#inTurn -= 1;
        this.#next();
      }
    });
    this.#next();
  }

  /** Resolves when all that was started has ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }

  #next(): void {
    if (this.#inTurn >= turns) return;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    this.#inTurn += 1;
    next();
  }
}
