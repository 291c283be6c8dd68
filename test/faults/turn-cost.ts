import { writeFileSync } from "node:fs";

// Loaded into our daemon by NODE_OPTIONS: the first SIGUSR2 begins to measure, the next writes what was found to
// CRI_FAULTS_TURN_COST and ends it. What others wait for a turn of the event loop is measured in CPU time, which does not
// depend on what else the machine does.

/** In milliseconds of CPU time. */
export interface TurnCosts {
  readonly p99: number;
  readonly longest: number;
}

/** Somebody comes so often and waits for the turn that runs. */
const arrivalMillis = 1;
const file = process.env["CRI_FAULTS_TURN_COST"];
let costs: number[] | undefined;

process.on("SIGUSR2", () => {
  if (costs === undefined) {
    costs = [];
    measure(process.threadCpuUsage());
    return;
  }
  const found = summary(costs);
  costs = undefined;
  if (file !== undefined) writeFileSync(file, JSON.stringify(found));
});

function measure(before: NodeJS.CpuUsage): void {
  setImmediate(() => {
    if (costs === undefined) return;
    const now = process.threadCpuUsage();
    costs.push((now.user + now.system - before.user - before.system) / 1000);
    measure(now);
  });
}

/** Of those who come, each waits for the rest of the turn that runs then. */
function summary(turns: readonly number[]): TurnCosts {
  const waits = turns
    .flatMap((cost) =>
      Array.from({ length: Math.ceil(cost / arrivalMillis) }, (_, i) => cost - i * arrivalMillis),
    )
    .toSorted((a, b) => a - b);
  return { p99: waits[Math.floor(waits.length * 0.99)] ?? 0, longest: waits.at(-1) ?? 0 };
}
