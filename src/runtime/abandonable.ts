import { CriError } from "../model/error.ts";

/** Waits for work that goes on when the waiter leaves. Throws Cancelled or DeadlineExceeded for that, else what the work throws. */
export async function abandonable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  // Nobody may be left to see a failure.
  work.catch(() => undefined);
  if (signal.aborted) throw CriError.from(signal.reason, "the caller has gone");
  const { promise: left, reject } = Promise.withResolvers<never>();
  const leave = (): void => reject(CriError.from(signal.reason, "the caller has gone"));
  signal.addEventListener("abort", leave, { once: true });
  try {
    return await Promise.race([work, left]);
  } finally {
    signal.removeEventListener("abort", leave);
  }
}
