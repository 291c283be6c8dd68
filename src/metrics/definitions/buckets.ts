/**
 * The kubelet's bounds for runtime operations (5 ms, and by 2.5 up to 12 minutes), so that quantiles of both can be laid beside
 * each other, with finer ones before them: answers from memory take less than a millisecond.
 */
export const rpcBuckets = [0.0005, 0.001, 0.0025, ...growing(0.005, 2.5, 14)];
/** Child processes and engine calls: nothing is done in less than a millisecond. */
export const workBuckets = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];

/** Multiplied step by step, as Go's client does: the same last digits make the same bounds. */
function growing(first: number, factor: number, count: number): readonly number[] {
  const bounds = [first];
  while (bounds.length < count) bounds.push((bounds.at(-1) ?? first) * factor);
  return bounds;
}
