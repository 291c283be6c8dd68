import type { Deadline } from "@grpc/grpc-js";
import type { CriError } from "../model/error.ts";

/** The part of a grpc-js call that tells of its end. */
export interface CancellableCall {
  readonly cancelled: boolean;
  getDeadline(): Deadline;
  once(event: "cancelled", listener: () => void): unknown;
}

/** How a call ends: with its one answer, with the last message of its stream, or not by itself. */
export type CallLife = "unary" | "stream" | "endless";

interface RunningCall {
  readonly life: CallLife;
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
  async run<T>(
    call: CancellableCall,
    work: (signal: AbortSignal) => Promise<T>,
    life: CallLife = "unary",
  ): Promise<T> {
    const controller = new AbortController();
    const cancel = (): void => controller.abort(reasonOf(call));
    call.once("cancelled", cancel);
    if (call.cancelled) cancel();
    using _timer = life === "unary" ? undefined : deadlineTimer(call, controller);
    const abandoned = Promise.withResolvers<never>();
    const running = { life, controller, abandon: abandoned.reject };
    this.#running.add(running);
    try {
      return await Promise.race([work(controller.signal), abandoned.promise]);
    } finally {
      this.#running.delete(running);
    }
  }

  /** Aborts the signal of every call that runs now, or of those of one life, with this reason. */
  abortAll(reason: CriError, life?: CallLife): void {
    for (const running of this.#running)
      if (life === undefined || running.life === life) running.controller.abort(reason);
  }

  /** Rejects every call that runs now; its work goes on without an audience. */
  abandonAll(reason: CriError): void {
    for (const { abandon } of this.#running) abandon(reason);
  }
}

/** A client cancels at its deadline, which by our clock is a little later: it began with the sending, ours with the receipt. */
const transitMillis = 250;
/** Node's timers hold no more, and fire at once beyond it: 24 days. */
const longestMillis = 2 ** 31 - 1;

function reasonOf(call: CancellableCall): DOMException {
  return Date.now() >= Number(call.getDeadline()) - transitMillis
    ? deadlinePassed()
    : new DOMException("the client cancelled the call", "AbortError");
}

function deadlinePassed(): DOMException {
  return new DOMException("the call's deadline has passed", "TimeoutError");
}

/** grpc-js says nothing of the deadline of a stream whose client has stopped reading: its status waits behind the messages. */
function deadlineTimer(call: CancellableCall, controller: AbortController): Disposable | undefined {
  const millis = Number(call.getDeadline()) - Date.now();
  if (millis > longestMillis) return undefined;
  const timer = setTimeout(() => controller.abort(deadlinePassed()), millis);
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}
