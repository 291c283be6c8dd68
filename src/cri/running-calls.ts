import type { Deadline } from "@grpc/grpc-js";
import type { CriError } from "../model/error.ts";

/** The part of a grpc-js call that tells of its end. */
export interface CancellableCall {
  readonly cancelled: boolean;
  getDeadline(): Deadline;
  once(event: "cancelled", listener: () => void): unknown;
}

interface RunningCall {
  readonly controller: AbortController;
  readonly abandon: (reason: CriError) => void;
}

/** The calls that run now, so that all of them can be told when the server stops. */
export class RunningCalls {
  readonly #running = new Set<RunningCall>();

  /**
   * Runs work with a signal that aborts when the client cancels or vanishes (AbortError), when the call's deadline passes
   * (TimeoutError), or by `abortAll`. Rejects before the work ends only by `abandonAll`.
   */
  async run<T>(call: CancellableCall, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const cancel = (): void => controller.abort(reasonOf(call));
    call.once("cancelled", cancel);
    if (call.cancelled) cancel();
    const abandoned = Promise.withResolvers<never>();
    const running = { controller, abandon: abandoned.reject };
    this.#running.add(running);
    try {
      return await Promise.race([work(controller.signal), abandoned.promise]);
    } finally {
      this.#running.delete(running);
    }
  }

  /** Aborts the signal of every call that runs now with this reason. */
  abortAll(reason: CriError): void {
    for (const { controller } of this.#running) controller.abort(reason);
  }

  /** Rejects every call that runs now; its work goes on without an audience. */
  abandonAll(reason: CriError): void {
    for (const { abandon } of this.#running) abandon(reason);
  }
}

/** A client cancels at its deadline, which by our clock is a little later: it began with the sending, ours with the receipt. */
const transitMillis = 250;

function reasonOf(call: CancellableCall): DOMException {
  return Date.now() >= Number(call.getDeadline()) - transitMillis
    ? new DOMException("the call's deadline has passed", "TimeoutError")
    : new DOMException("the client cancelled the call", "AbortError");
}
