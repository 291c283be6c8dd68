/**
 * A process that follows one container's log, to be killed by tests:
 * `node log-follower.ts STATE_DIR CONTAINER_ID JSON_FILE LOG_FILE`. Takes the lines reopen, finish and stop on stdin, and
 * answers each with a line when it is done; at first `ready`, and at the end the counters as JSON.
 */
import { createInterface } from "node:readline";
import { ensureFolders } from "../../src/host/client-path.ts";
import { systemClock } from "../../src/host/clock.ts";
import { ContainerLogs } from "../../src/logs/container-logs.ts";
import { silentLog } from "./silent-log.ts";

const [stateDir = "", containerId = "", jsonFile = "", logFile = ""] = process.argv.slice(2);
const counters: Record<string, number> = {};
const { signal } = new AbortController();
const logs = new ContainerLogs({
  stateDir,
  clock: systemClock,
  log: silentLog,
  meter: {
    count: (name, labels, by = 1) => {
      const key = [name, ...Object.values(labels ?? {})].join(" ");
      counters[key] = (counters[key] ?? 0) + by;
    },
    observe: () => undefined,
    gauge: () => undefined,
  },
  ensureFolders,
});

async function obey(line: string): Promise<void> {
  if (line === "reopen") await logs.reopen(containerId, signal);
  if (line === "finish") await logs.finish(containerId, signal);
  if (line === "stop") await logs.stop();
}

await logs.start();
await logs.follow({ containerId, jsonFile, logFile }, signal);
console.log("ready");
for await (const line of createInterface({ input: process.stdin })) {
  await obey(line);
  console.log(line);
  if (line === "stop") break;
}
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ ...counters, cpuMicros: user + system }));
