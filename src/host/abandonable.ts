import { CriError } from "../model/error.ts";

/**
 * Waits for work that goes on when the waiter leaves. `what` it waits for stands in the error of an abort, which is Cancelled or
 * DeadlineExceeded; else throws what the work throws. Of long-lived signals nothing is kept.
 */
export async function abandonable<T>(
  work: Promise<T>,
  signal: AbortSignal,
  what: string,
): Promise<T> {
  // Nobody may be left to see a failure.
  work.catch(() => undefined);
  if (signal.aborted) throw CriError.from(signal.reason, what);
  const { promise: left, reject } = Promise.withResolvers<never>();
  const leave = (): void => reject(CriError.from(signal.reason, what));
  signal.addEventListener("abort", leave, { once: true });
  try {
    return await Promise.race([work, left]);
  } finally {
    signal.removeEventListener("abort", leave);
  }
}
