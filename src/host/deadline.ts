/** Node's timers hold no more, and fire at once beyond it: 24 days. */
const longestMillis = 2 ** 31 - 1;

/** Returns a signal that aborts when the given one does, or with a TimeoutError after that many milliseconds, 24 days at most. */
export function withDeadline(signal: AbortSignal, millis: number): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(Math.min(millis, longestMillis))]);
}
