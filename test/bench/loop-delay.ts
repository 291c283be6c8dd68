import { writeFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";

// Loaded into our daemon by NODE_OPTIONS: the first SIGUSR2 begins to measure, the next writes the 99th percentile in
// milliseconds to CRI_BENCH_LOOP_DELAY and ends it.
const resolution = 2;
const file = process.env["CRI_BENCH_LOOP_DELAY"];
let histogram: ReturnType<typeof monitorEventLoopDelay> | undefined;

process.on("SIGUSR2", () => {
  if (histogram === undefined) {
    histogram = monitorEventLoopDelay({ resolution });
    histogram.enable();
    return;
  }
  histogram.disable();
  // What is recorded is the time between two ticks.
  const delay = histogram.percentile(99) / 1e6 - resolution;
  histogram = undefined;
  if (file !== undefined) writeFileSync(file, String(Math.max(0, delay)));
});
