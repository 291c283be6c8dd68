import { sendSignal } from "../../host/identity.ts";
import type { ContainerFacts } from "../../model/container.ts";
import { CriError } from "../../model/error.ts";
import { signalNumber } from "../../model/stop-signal.ts";
import type { ContainerEnds } from "./container-ends.ts";
import type { NativeContext } from "./native-context.ts";

/** Timers hold no more: 24 days. */
const longestMillis = 2 ** 31 - 1;
/** The kernel ends a killed process at once, but for one that waits in the kernel itself (state D). */
const killedMillis = 20_000;
const lookEveryMillis = 1_000;

/** Stops of containers; each call has a time of its own, and whichever is over first kills. */
export class ContainerStops {
  readonly #context: NativeContext;
  readonly #ends: ContainerEnds;
  /** How many calls wait for a container that was sent its stop signal: a second signal means "at once" to many programs. */
  readonly #signalled = new Map<string, number>();

  constructor(context: NativeContext, ends: ContainerEnds) {
    this.#context = context;
    this.#ends = ends;
  }

  /**
   * Sends the stop signal, waits so long, kills; returns how it ended, undefined when it is gone. Throws DeadlineExceeded when the
   * kernel does not end it, Cancelled.
   */
  async stop(
    id: string,
    graceSeconds: number,
    signal: AbortSignal,
  ): Promise<ContainerFacts | undefined> {
    const record = this.#context.records.container(id);
    if (record === undefined || record.facts.pid === 0) return record?.facts;
    if (graceSeconds > 0) {
      const grace = AbortSignal.timeout(Math.min(graceSeconds * 1_000, longestMillis));
      if (await this.#signalAndWait(id, AbortSignal.any([signal, grace])))
        return this.#context.records.container(id)?.facts;
      if (signal.aborted) throw CriError.from(signal.reason, `container ${id}`);
    }
    await this.kill(id, signal);
    return this.#context.records.container(id)?.facts;
  }

  /** Kills and waits for the end. Throws as `stop`. */
  async kill(id: string, signal: AbortSignal): Promise<void> {
    this.#send(id, "SIGKILL");
    const limit = AbortSignal.timeout(killedMillis);
    if (await this.#ended(id, AbortSignal.any([signal, limit]))) return;
    if (signal.aborted) throw CriError.from(signal.reason, `container ${id}`);
    const message = `container ${id} did not end within ${killedMillis} ms of SIGKILL: its process may wait for a disk or a mount that does not answer`;
    throw new CriError("DeadlineExceeded", message);
  }

  async #signalAndWait(id: string, limit: AbortSignal): Promise<boolean> {
    const waiting = this.#signalled.get(id) ?? 0;
    this.#signalled.set(id, waiting + 1);
    try {
      const { stopSignal } = this.#context.records.container(id)?.container ?? {};
      if (waiting === 0) this.#send(id, signalNumber(stopSignal ?? "SIGTERM"));
      return await this.#ended(id, limit);
    } finally {
      const left = (this.#signalled.get(id) ?? 1) - 1;
      if (left === 0) this.#signalled.delete(id);
      else this.#signalled.set(id, left);
    }
  }

  #send(id: string, name: NodeJS.Signals | number): void {
    const record = this.#context.records.container(id);
    if (record !== undefined) sendSignal(record.facts.pid, record.startTime, name);
  }

  /** Whether it ended before the signal aborted. */
  async #ended(id: string, limit: AbortSignal): Promise<boolean> {
    const { records } = this.#context;
    while (!limit.aborted) {
      const record = records.container(id);
      if (record === undefined || record.facts.finishedAtNanos > 0n) return true;
      const tick = AbortSignal.timeout(lookEveryMillis);
      await records.changed(id, AbortSignal.any([limit, tick])).catch(() => undefined);
      await this.#ends.look(id);
    }
    return false;
  }
}
