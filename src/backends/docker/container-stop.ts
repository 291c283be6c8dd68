import type { Container } from "../../model/container.ts";
import { killContainer } from "./container-calls.ts";
import type { DockerContext } from "./docker-context.ts";
import { killAndWait, waitForEnd } from "./ending.ts";
import { statusOf } from "./errors.ts";

/** Timers of Node and AbortSignal hold no more: 24 days. */
const longestMillis = 2 ** 31 - 1;

/**
 * Stops of containers. Docker's own stop call holds the container until its grace is over, so a later, shorter one would wait for
 * it; here each call has its own timer, and whichever ends first kills:
 * ```
 *  stop(86400)  signal ───────────── waits ──────────────▶ sees the end
 *  stop(0)                 kill ─▶ sees the end
 * ```
 */
export class ContainerStops {
  readonly #context: DockerContext;
  /** How many calls wait for a container that was sent its stop signal: a second signal means "at once" to many programs. */
  readonly #signalled = new Map<string, number>();

  constructor(context: DockerContext) {
    this.#context = context;
  }

  /**
   * Sends the stop signal, waits that long, kills, and returns when it has ended, does not run or is gone. Throws CriError:
   * DeadlineExceeded when the kernel does not end it, Cancelled or DeadlineExceeded when the caller's signal was faster.
   */
  async stop(
    { id, stopSignal }: Pick<Container, "id" | "stopSignal">,
    graceSeconds: number,
    signal: AbortSignal,
  ): Promise<void> {
    if (graceSeconds > 0 && (await this.#endedInTime({ id, stopSignal }, graceSeconds, signal)))
      return;
    const { api, mirror } = this.#context;
    await killAndWait({ api, mirror }, id, signal);
  }

  /** An image may name a stop signal that there is not: then nothing is left but to kill. */
  async #signal(
    { id, stopSignal }: Pick<Container, "id" | "stopSignal">,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { api, log } = this.#context;
    try {
      return await killContainer(api, { id, signal: stopSignal }, signal);
    } catch (thrown) {
      if (statusOf(thrown) !== 400) throw thrown;
      log.warn("stop signal refused by docker", { containerId: id, stopSignal });
      return false;
    }
  }

  async #endedInTime(
    { id, stopSignal }: Pick<Container, "id" | "stopSignal">,
    graceSeconds: number,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { mirror } = this.#context;
    const waiting = this.#signalled.get(id) ?? 0;
    this.#signalled.set(id, waiting + 1);
    try {
      const sent = waiting > 0 || (await this.#signal({ id, stopSignal }, signal));
      // Not running: killAndWait looks how that is.
      if (!sent) return false;
      const grace = AbortSignal.timeout(Math.min(graceSeconds * 1000, longestMillis));
      return await waitForEnd(mirror, id, AbortSignal.any([signal, grace])).then(
        () => true,
        (thrown: unknown) => {
          if (signal.aborted || !grace.aborted) throw thrown;
          return false;
        },
      );
    } finally {
      const left = (this.#signalled.get(id) ?? 1) - 1;
      if (left === 0) this.#signalled.delete(id);
      else this.#signalled.set(id, left);
    }
  }
}
