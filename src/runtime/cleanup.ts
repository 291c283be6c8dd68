/** How long undoing may take; it never hangs on the deadline of the caller whose request failed. */
const cleanupMillis = 60_000;

/** A signal for work that undoes something after its caller has failed or gone. */
export function cleanupSignal(): AbortSignal {
  return AbortSignal.timeout(cleanupMillis);
}

/** Does `work`; when it throws, does `undo` too and throws what `work` threw, with a failed `undo` beside it. */
export async function cleanUpAfter<T>(
  work: () => Promise<T>,
  undo: () => Promise<void>,
): Promise<T> {
  await using stack = new AsyncDisposableStack();
  stack.defer(undo);
  const result = await work();
  stack.move();
  return result;
}
