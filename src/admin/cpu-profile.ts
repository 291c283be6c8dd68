import { Session } from "node:inspector/promises";
import type { Clock } from "../model/ports.ts";

/** A sample a millisecond costs a few percent of the time that it lasts. */
const sampleMicros = 1000;

/**
 * Watches for so many seconds what this process does, and returns the profile as JSON that Chrome's and VS Code's tools read
 * (.cpuprofile). Rejects with the signal's reason; the profiler is off afterwards in any case.
 */
export async function cpuProfile(
  seconds: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<string> {
  const session = new Session();
  session.connect();
  try {
    await session.post("Profiler.enable");
    await session.post("Profiler.setSamplingInterval", { interval: sampleMicros });
    await session.post("Profiler.start");
    await clock.sleep(seconds * 1000, signal);
    const { profile } = await session.post("Profiler.stop");
    return JSON.stringify(profile);
  } finally {
    session.disconnect();
  }
}
