import { Mutex } from "../host/mutex.ts";
import { messageOf } from "../model/error.ts";
import type { Clock, Log, Meter } from "../model/ports.ts";

export interface OwedDeletionsOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  /** Tries once more; calls `settle` when it succeeds, throws when it does not. */
  readonly attempt: (sandboxId: string, signal: AbortSignal) => Promise<void>;
}

const owedGauge = "cri_ferry_network_deletions_owed";
const firstDelayMillis = 1000;
const maxDelayMillis = 60_000;
/** After a reboot there may be hundreds; that many plugins at once leave the node usable. */
const laneCount = 4;

/** The sandboxes whose DEL is still owed; each is retried with growing pauses until it succeeds or the program ends. */
export class OwedDeletions {
  readonly #options: OwedDeletionsOptions;
  readonly #owed = new Set<string>();
  readonly #tasks = new Map<string, Promise<void>>();
  readonly #lanes = Array.from({ length: laneCount }, () => new Mutex());
  #signal: AbortSignal | undefined;
  #turn = 0;

  constructor(options: OwedDeletionsOptions) {
    this.#options = options;
  }

  /** Notes that a sandbox's DEL is owed. Retries begin at once when `soon`, else after a pause; before `start` they wait for it. */
  add(sandboxId: string, soon = false): void {
    this.#owed.add(sandboxId);
    this.#report();
    this.#begin(sandboxId, soon ? 0 : firstDelayMillis);
  }

  /** Notes that nothing is owed any more. */
  settle(sandboxId: string): void {
    if (this.#owed.delete(sandboxId)) this.#report();
  }

  /** Returns the sandboxes in the order in which they came. */
  pending(): readonly string[] {
    return [...this.#owed];
  }

  /** Retries from now on, until the signal aborts. */
  start(signal: AbortSignal): void {
    this.#signal = signal;
    for (const sandboxId of this.#owed) this.#begin(sandboxId, 0);
  }

  /** Resolves when no retry is under way or waiting. */
  async ended(): Promise<void> {
    await Promise.all(this.#tasks.values());
  }

  #begin(sandboxId: string, delayMillis: number): void {
    const signal = this.#signal;
    if (signal === undefined || this.#tasks.has(sandboxId)) return;
    const task = this.#repay(sandboxId, delayMillis, signal).finally(() => {
      this.#tasks.delete(sandboxId);
      // Owed anew while the last retry was ending.
      if (this.#owed.has(sandboxId) && !signal.aborted) this.#begin(sandboxId, firstDelayMillis);
    });
    this.#tasks.set(sandboxId, task);
  }

  async #repay(sandboxId: string, firstDelay: number, signal: AbortSignal): Promise<void> {
    let delay = firstDelay;
    while (await this.#pause(delay, signal)) {
      if (!this.#owed.has(sandboxId)) return;
      await this.#attempt(sandboxId, signal);
      if (!this.#owed.has(sandboxId)) return;
      delay = Math.min(Math.max(delay * 2, firstDelayMillis), maxDelayMillis);
    }
  }

  async #attempt(sandboxId: string, signal: AbortSignal): Promise<void> {
    const { attempt, log } = this.#options;
    this.#turn += 1;
    const lane = this.#lanes[this.#turn % laneCount];
    try {
      await lane?.run(() => attempt(sandboxId, signal), signal);
      log.info("owed network DEL is done", { sandboxId });
    } catch (error) {
      log.debug("owed network DEL failed again", { sandboxId, err: messageOf(error) });
    }
  }

  /** Returns false when the signal ended the pause. */
  async #pause(millis: number, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    if (millis === 0) return true;
    return await this.#options.clock.sleep(millis, signal).then(
      () => true,
      () => false,
    );
  }

  #report(): void {
    this.#options.meter.gauge(owedGauge, this.#owed.size);
  }
}
