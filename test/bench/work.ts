import { setTimeout as sleep } from "node:timers/promises";
import { Figures } from "./figures.ts";
import type { CriSide, Side } from "./sides.ts";
import { processCpuMillis, runMillis } from "./usage.ts";

/** How much is done of each kind of work. */
export interface Amounts {
  readonly pods: number;
  readonly parallel: number;
  readonly rounds: number;
  readonly calls: number;
  readonly relistSeconds: number;
  readonly logMebibytes: number;
  readonly growth: readonly number[];
  readonly restSeconds: number;
}

const call = { timeoutMillis: 60_000 };
const sleeping = ["sleep", "3600"];
/** What an endpoint does after its answer belongs to the pod's cost. */
const settleMillis = 250;

/** Starts pods one by one, each side in turn, so that the machine's moods meet all alike. */
export async function startPods(sides: readonly Side[], { pods }: Amounts): Promise<void> {
  for (let index = 0; index < pods; index++) {
    for (const side of sides) {
      const { figures, maker } = side;
      const cpu = side.cpuMillis();
      side.pods.push(
        await figures.time("pod start, ms", () => maker.startPod(`pod-${index}`, sleeping)),
      );
      await sleep(settleMillis);
      figures.add("CPU a pod start, ms", side.cpuMillis() - cpu);
    }
  }
}

/** Several pods at once, and all away again. */
export async function startTogether(sides: readonly Side[], amounts: Amounts): Promise<void> {
  const { parallel, rounds } = amounts;
  for (let round = 0; round < rounds; round++) {
    for (const { figures, maker } of sides) {
      const names = Array.from({ length: parallel }, (_, index) => `together-${round}-${index}`);
      const pods = await figures.time(`${parallel} pods at once, ms`, () =>
        Promise.all(names.map((name) => maker.startPod(name, sleeping))),
      );
      for (const pod of pods) {
        await maker.stopPod(pod);
        await maker.removePod(pod);
      }
    }
  }
}

/** Stops and removes all pods, in turns. */
export async function endPods(sides: readonly Side[]): Promise<void> {
  const most = Math.max(0, ...sides.map(({ pods }) => pods.length));
  for (let index = 0; index < most; index++) {
    for (const { maker, figures, pods } of sides) {
      const pod = pods[index];
      if (pod === undefined) continue;
      await figures.time("stop a pod, ms", () => maker.stopPod(pod));
      await figures.time("remove a pod, ms", () => maker.removePod(pod));
    }
  }
  for (const { pods } of sides) pods.length = 0;
}

/** The same without figures. */
export async function endPodsQuietly(sides: readonly Side[]): Promise<void> {
  await endPods(sides.map((side) => ({ ...side, figures: new Figures() })));
}

/** The calls that a kubelet makes all day, in turns; after as many that do not count, since compilers need some calls to warm up. */
export async function makeCalls(sides: readonly CriSide[], { calls }: Amounts): Promise<void> {
  await readCalls(
    sides.map((side) => ({ ...side, figures: new Figures() })),
    calls,
  );
  await readCalls(sides, calls);
  await execCalls(sides, calls);
  await statsCalls(sides, Math.ceil(calls / 10), "ListContainerStats");
  const withPods = [];
  for (const side of sides) if (await answers(side.endpoint, podStats)) withPods.push(side);
  await statsCalls(withPods, Math.ceil(calls / 10), podStats);
  await metricsCalls(sides, calls);
}

const podStats = "ListPodSandboxStats";

async function answers(endpoint: CriSide["endpoint"], rpc: string): Promise<boolean> {
  return await endpoint.bytes(rpc).then(
    () => true,
    () => false,
  );
}

/** Wall time and the endpoint's CPU of stats; the first round opens files and does not count. */
async function statsCalls(sides: readonly CriSide[], rounds: number, rpc: string): Promise<void> {
  for (let round = 0; round <= rounds; round++) {
    // Samples are shared within a second: each round is to take its own.
    await sleep(1_050);
    for (const { endpoint, figures, pods, pid } of sides) {
      const counted = round === 0 ? new Figures() : figures;
      const label = `${rpc} of ${pods.length}`;
      const before = runMillis(pid());
      await counted.time(`${label}, ms`, () => endpoint.bytes(rpc));
      counted.add(`${label}, the endpoint's CPU, ms`, runMillis(pid()) - before);
    }
  }
}

/** What Prometheus asks for through a kubelet that takes its figures from the endpoint. Older endpoints have no such call. */
export async function metricsCalls(sides: readonly CriSide[], calls: number): Promise<void> {
  const rounds = Math.ceil(calls / 10);
  for (const { endpoint, figures, pods, pid } of sides) {
    const list = () => endpoint.bytes("ListPodSandboxMetrics");
    const first = await list().catch(() => undefined);
    if (first === undefined) continue;
    figures.add(`ListPodSandboxMetrics of ${pods.length}, KiB`, first.length / 1024);
    await sleep(1_050);
    const before = processCpuMillis(pid()).own;
    for (let round = 0; round < rounds; round++) {
      await figures.time(`ListPodSandboxMetrics of ${pods.length}, ms`, list);
      await sleep(1_050);
    }
    const cpuMillis = processCpuMillis(pid()).own - before;
    figures.add(`ListPodSandboxMetrics of ${pods.length}, CPU a call, ms`, cpuMillis / rounds);
  }
}

async function readCalls(sides: readonly CriSide[], calls: number): Promise<void> {
  for (let round = 0; round < calls; round++) {
    for (const { endpoint, figures, pods } of sides) {
      const pod = pods[round % pods.length];
      if (pod === undefined) continue;
      const count = pods.length;
      for (const [label, rpc, field] of [
        [`ListContainers of ${count}`, "ListContainers", ""],
        [`ListPodSandbox of ${count}`, "ListPodSandbox", ""],
        ["ContainerStatus", "ContainerStatus", pod.containerId],
        ["PodSandboxStatus", "PodSandboxStatus", pod.sandboxId],
      ] as const) {
        await figures.time(`${label}, ms`, () => endpoint.bytes(rpc, field));
      }
    }
  }
}

async function execCalls(sides: readonly CriSide[], calls: number): Promise<void> {
  for (let round = 0; round < Math.ceil(calls / 2); round++) {
    for (const { endpoint, figures, pods } of sides) {
      const containerId = pods[round % pods.length]?.containerId ?? "";
      const exec = { containerId, cmd: ["true"], timeout: 10 };
      await figures.time("ExecSync true, ms", () =>
        endpoint.client.runtime("ExecSync", exec, call),
      );
    }
  }
}

/** A kubelet's PLEG: both lists every second, and stats every ten. */
export async function relist(sides: readonly CriSide[], { relistSeconds }: Amounts): Promise<void> {
  for (const { endpoint, figures, cpuMillis, pid } of sides) {
    const before = { all: cpuMillis(), own: processCpuMillis(pid()) };
    for (let second = 0; second < relistSeconds; second++) {
      await endpoint.bytes("ListPodSandbox");
      await endpoint.bytes("ListContainers");
      if (second % 10 === 0) await endpoint.bytes("ListContainerStats");
      await sleep(1_000);
    }
    const label = `relist, CPU in ${relistSeconds} s`;
    figures.add(`${label}, ms`, cpuMillis() - before.all);
    figures.add(
      `${label}, the endpoint's process, ms`,
      processCpuMillis(pid()).own - before.own.own,
    );
  }
}
