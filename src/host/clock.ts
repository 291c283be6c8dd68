import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "../model/ports.ts";

/** The machine's own time. Wall time has the precision of Date.now, a millisecond. */
export const systemClock: Clock = {
  nowNanos: () => BigInt(Date.now()) * 1_000_000n,
  monotonicMillis: () => performance.now(),
  sleep: async (millis, signal) => {
    try {
      await wait(millis, undefined, signal === undefined ? {} : { signal });
    } catch (thrown) {
      // The timer rejects with an error of its own; whoever waits wants to know why it was aborted.
      throw signal?.aborted === true ? signal.reason : thrown;
    }
  },
};
