import type { TerminalSize } from "../../model/streaming.ts";

/** Follows a client's terminal from the first moment: its size may be known before there is anything to set it on. */
export class TerminalSizes {
  #newest: TerminalSize | undefined;
  #changed = Promise.withResolvers<void>();

  /** Reads until the sizes end, which they do with the session. */
  constructor(sizes: AsyncIterable<TerminalSize>) {
    // A client that vanishes is seen elsewhere.
    void this.#read(sizes).catch(() => undefined);
  }

  /** The newest size; undefined while none has come. */
  get newest(): TerminalSize | undefined {
    return this.#newest;
  }

  /** Sets the newest size again and again, one call at a time, until the signal aborts. A call that fails is passed over: what had the terminal may have ended. */
  async follow(
    set: (size: TerminalSize, signal: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => resolve(), { once: true });
    let last: TerminalSize | undefined;
    while (!signal.aborted) {
      const size = this.#newest;
      if (size === undefined || size === last) await Promise.race([this.#changed.promise, ended]);
      else await set(size, signal).catch(() => undefined);
      last = size;
    }
  }

  async #read(sizes: AsyncIterable<TerminalSize>): Promise<void> {
    for await (const size of sizes) {
      this.#newest = size;
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    }
  }
}
