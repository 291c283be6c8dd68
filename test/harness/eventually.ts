import { setTimeout as sleep } from "node:timers/promises";

/**
 * Calls `probe` until it returns something other than undefined, and returns that. Throws after the deadline, with the last
 * error that `probe` threw as the cause. The deadline is for broken machines; a test's verdict never depends on it being short.
 */
export async function eventually<T>(
  what: string,
  probe: () => Promise<T | undefined> | T | undefined,
  deadlineMillis = 30_000,
): Promise<T> {
  const end = performance.now() + deadlineMillis;
  let failure: unknown;
  for (;;) {
    try {
      const found = await probe();
      if (found !== undefined) return found;
      failure = undefined;
    } catch (thrown) {
      failure = thrown;
    }
    if (performance.now() > end) {
      throw new Error(`not within ${deadlineMillis} ms: ${what}`, { cause: failure });
    }
    await sleep(25);
  }
}
