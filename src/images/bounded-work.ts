/**
 * Does the work for each item, that many at once. The first failure aborts the others' signal and is what is thrown, once all that was
 * begun is over.
 */
export async function forEachUntilFailure<T>(
  items: readonly T[],
  work: (item: T, signal: AbortSignal) => Promise<void>,
  { atOnce, signal }: { readonly atOnce: number; readonly signal: AbortSignal },
): Promise<void> {
  const rest = items.values();
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const worker = async (): Promise<void> => {
    for (const item of rest) await work(item, either);
  };
  const workers = Array.from({ length: atOnce }, worker);
  for (const running of workers) running.catch((thrown: unknown) => failed.abort(thrown));
  await Promise.allSettled(workers);
  await Promise.all(workers);
}
