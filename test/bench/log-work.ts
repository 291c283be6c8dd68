import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { eventually } from "../harness/eventually.ts";
import type { CriSide } from "./sides.ts";
import { processCpuMillis } from "./usage.ts";
import type { Amounts } from "./work.ts";

const text = "x".repeat(127);
const last = "all written";
/** What docker's json-file has for each line. */
const jsonLineBytes =
  JSON.stringify({
    log: `${text}\n`,
    stream: "stdout",
    time: "2026-01-01T00:00:00.123456789Z",
  }).length + 1;

/** How long until every byte that a container wrote is in its log file, what that costs, and whether a line is missing. */
export async function writeLogs(
  sides: readonly CriSide[],
  { logMebibytes, rounds }: Amounts,
): Promise<void> {
  const lines = logMebibytes * 8192;
  const command = ["sh", "-c", `yes ${text} | head -n ${lines}; echo ${last}`];
  for (let round = 0; round < rounds; round++) {
    for (const side of sides) {
      const { endpoint, figures, pods, cpuMillis, pid } = side;
      const name = `logs-${round}`;
      const before = { all: cpuMillis(), own: processCpuMillis(pid()) };
      const what = `${logMebibytes} MiB of log lines`;
      await figures.time(`${what}, ms`, async () => {
        pods.push(await endpoint.startPod(name, command));
        const file = endpoint.logFile(name);
        await eventually("the last line in the log file", () => hasEnd(file), 300_000);
      });
      const jsonMebibytes = (lines * jsonLineBytes) / (1 << 20);
      figures.add(`${what}, CPU, ms`, cpuMillis() - before.all);
      const own = processCpuMillis(pid()).own - before.own.own;
      figures.add("endpoint's CPU a MiB of docker's log, ms", own / jsonMebibytes);
      const counted = countLines(endpoint.logFile(name));
      figures.add("log lines lost or doubled", Math.abs(counted - lines - 1));
    }
  }
}

/** Docker's own file is JSON, where the text ends otherwise. */
function hasEnd(path: string): true | undefined {
  const tail = Buffer.alloc(200);
  const length = withFile(path, (fd) => readSync(fd, tail, 0, 200, Math.max(0, sizeOf(fd) - 200)));
  return tail.toString("utf8", 0, length).includes(last) ? true : undefined;
}

function countLines(path: string): number {
  const chunk = Buffer.alloc(1 << 20);
  return withFile(path, (fd) => {
    let lines = 0;
    for (;;) {
      const length = readSync(fd, chunk);
      if (length === 0) return lines;
      const read = chunk.subarray(0, length);
      for (let at = read.indexOf(10); at >= 0; at = read.indexOf(10, at + 1)) lines += 1;
    }
  });
}

function withFile<T>(path: string, work: (fd: number) => T): T {
  const fd = openSync(path, "r");
  try {
    return work(fd);
  } finally {
    closeSync(fd);
  }
}

function sizeOf(fd: number): number {
  return fstatSync(fd).size;
}
