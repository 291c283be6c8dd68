import { CriError } from "../model/error.ts";
import type { Clock } from "../model/ports.ts";

/** Less than this in a whole window is no progress: a server that drips would hold a pull for days. */
const leastBytes = 64 << 10;

/** Ends a pull for which nothing comes any more. Time is given anew with every 64 KiB, and with every part that is whole. */
export class PullProgress implements Disposable {
  readonly #stop = new AbortController();
  readonly #over = new AbortController();
  #bytes = 0;
  #windowBytes = 0;
  #beganAtMillis: number;
  readonly #clock: Clock;

  constructor(options: {
    readonly clock: Clock;
    readonly stallMillis: number;
    readonly name: string;
  }) {
    const { clock, stallMillis, name } = options;
    this.#clock = clock;
    this.#beganAtMillis = clock.monotonicMillis();
    void this.#watch(stallMillis, name);
  }

  /** Aborts with DeadlineExceeded when there was no progress for too long. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** Bytes that have come in all. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes have come. */
  add(bytes: number): void {
    this.#bytes += bytes;
    this.#windowBytes += bytes;
    if (this.#windowBytes >= leastBytes) this.step();
  }

  /** Something is done: a manifest, a blob. */
  step(): void {
    this.#windowBytes = 0;
    this.#beganAtMillis = this.#clock.monotonicMillis();
  }

  [Symbol.dispose](): void {
    this.#over.abort();
  }

  async #watch(stallMillis: number, name: string): Promise<void> {
    const { signal } = this.#over;
    while (!signal.aborted) {
      const left = this.#beganAtMillis + stallMillis - this.#clock.monotonicMillis();
      if (left <= 0) {
        const message = `${name}: the registry sent nothing to speak of for ${stallMillis} ms`;
        return this.#stop.abort(new CriError("DeadlineExceeded", message));
      }
      await this.#clock.sleep(left, signal).catch(() => undefined);
    }
  }
}
