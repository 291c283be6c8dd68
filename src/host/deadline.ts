/** Returns a signal that aborts when the given one does, or with a TimeoutError after that many milliseconds. */
export function withDeadline(signal: AbortSignal, millis: number): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(millis)]);
}
