import { readFileSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "../harness/eventually.ts";
import type { BenchEndpoint, BenchPod } from "./endpoint.ts";
import type { Figures } from "./figures.ts";
import { listenerOf, machineCpuMillis, pssKib } from "./usage.ts";

export interface Side {
  readonly endpoint: BenchEndpoint;
  readonly figures: Figures;
  readonly pods: BenchPod[];
}

export interface Amounts {
  readonly pods: number;
  readonly parallel: number;
  readonly calls: number;
  readonly relistSeconds: number;
  readonly logMebibytes: number;
}

const call = { timeoutMillis: 60_000 };

/** Starts pods one by one, each endpoint in turn, so that the machine's moods meet all alike. */
export async function startPods(sides: readonly Side[], { pods }: Amounts): Promise<void> {
  for (let index = 0; index < pods; index++) {
    for (const { endpoint, figures, pods: started } of sides) {
      const cpu = machineCpuMillis();
      const pod = await figures.time("pod start, ms", () => endpoint.startPod(`pod-${index}`));
      figures.add("CPU a pod start, ms", machineCpuMillis() - cpu);
      started.push(pod);
    }
  }
}

export async function startTogether(sides: readonly Side[], { parallel }: Amounts): Promise<void> {
  for (const { endpoint, figures, pods } of sides) {
    const names = Array.from({ length: parallel }, (_, index) => `together-${index}`);
    pods.push(
      ...(await figures.time(`${parallel} pods at once, ms`, () =>
        Promise.all(names.map((name) => endpoint.startPod(name))),
      )),
    );
  }
}

/** The calls that a kubelet makes all day, in turns. */
export async function makeCalls(sides: readonly Side[], { calls }: Amounts): Promise<void> {
  for (let round = 0; round < calls; round++) {
    for (const { endpoint, figures, pods } of sides) {
      const { client } = endpoint;
      const pod = pods[round % pods.length];
      if (pod === undefined) continue;
      const { sandboxId: podSandboxId, containerId } = pod;
      await figures.time("ListContainers, ms", () => client.runtime("ListContainers", {}, call));
      await figures.time("ListPodSandbox, ms", () => client.runtime("ListPodSandbox", {}, call));
      await figures.time("ContainerStatus, ms", () =>
        client.runtime("ContainerStatus", { containerId }, call),
      );
      await figures.time("PodSandboxStatus, ms", () =>
        client.runtime("PodSandboxStatus", { podSandboxId }, call),
      );
    }
  }
  for (let round = 0; round < Math.ceil(calls / 5); round++) {
    for (const { endpoint, figures, pods } of sides) {
      const containerId = pods[round % pods.length]?.containerId ?? "";
      const exec = { containerId, cmd: ["true"], timeout: 10 };
      await figures.time("ExecSync true, ms", () =>
        endpoint.client.runtime("ExecSync", exec, call),
      );
      await figures.time("ListContainerStats, ms", () =>
        endpoint.client.runtime("ListContainerStats", {}, call),
      );
    }
  }
}

/** A kubelet's PLEG: both lists every second, and stats every ten. */
export async function relist(sides: readonly Side[], { relistSeconds }: Amounts): Promise<void> {
  for (const { endpoint, figures } of sides) {
    const idle = await cpuDuring(() => sleep(2000));
    const used = await cpuDuring(async () => {
      for (let second = 0; second < relistSeconds; second++) {
        await endpoint.client.runtime("ListPodSandbox", {}, call);
        await endpoint.client.runtime("ListContainers", {}, call);
        if (second % 10 === 0) await endpoint.client.runtime("ListContainerStats", {}, call);
        await sleep(1000);
      }
    });
    figures.add(
      `relist, CPU in ${relistSeconds} s, ms`,
      Math.max(0, used - (idle * relistSeconds) / 2),
    );
  }
}

/** How long until every byte that a container wrote is in its log file. */
export async function writeLogs(sides: readonly Side[], { logMebibytes }: Amounts): Promise<void> {
  const line = "x".repeat(127);
  const lines = logMebibytes * 8192;
  for (const { endpoint, figures, pods } of sides) {
    const cpu = machineCpuMillis();
    const pod = await figures.time(`${logMebibytes} MiB of log lines, ms`, async () => {
      const started = await endpoint.startPod("logs", [
        "sh",
        "-c",
        `yes ${line} | head -n ${lines}`,
      ]);
      const read = (): number => countLines(endpoint.logFile("logs"), lines);
      await eventually(
        "all lines in the log file",
        () => (read() >= lines ? true : undefined),
        300_000,
      );
      return started;
    });
    figures.add(`CPU for ${logMebibytes} MiB of log lines, ms`, machineCpuMillis() - cpu);
    figures.add(
      "log lines lost or doubled",
      Math.abs(countLines(endpoint.logFile("logs"), lines) - lines),
    );
    pods.push(pod);
  }
}

export function measureMemory(sides: readonly Side[], when: string): void {
  for (const { endpoint, figures } of sides) {
    const pid = listenerOf(endpoint.socket);
    if (pid !== undefined)
      figures.add(`memory of the endpoint's process ${when}, PSS MiB`, pssKib(pid) / 1024);
  }
}

export async function endPods(sides: readonly Side[]): Promise<void> {
  const most = Math.max(0, ...sides.map(({ pods }) => pods.length));
  for (let index = 0; index < most; index++) {
    for (const { endpoint, figures, pods } of sides) {
      const pod = pods[index];
      if (pod === undefined) continue;
      await figures.time("stop a pod, ms", () => endpoint.stopPod(pod));
      await figures.time("remove a pod, ms", () => endpoint.removePod(pod));
    }
  }
  for (const { pods } of sides) pods.length = 0;
}

/** A file much shorter than its lines is not worth reading yet. */
function countLines(path: string, expected: number): number {
  try {
    if (statSync(path).size < expected * 128) return 0;
    return readFileSync(path).reduce((count, byte) => (byte === 10 ? count + 1 : count), 0);
  } catch {
    return 0;
  }
}

async function cpuDuring(work: () => Promise<unknown>): Promise<number> {
  const before = machineCpuMillis();
  await work();
  return machineCpuMillis() - before;
}
