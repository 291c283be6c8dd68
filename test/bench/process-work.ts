import { existsSync, readFileSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "../harness/eventually.ts";
import type { CriSide } from "./sides.ts";
import { processCpuMillis, pssKib } from "./usage.ts";
import type { Amounts } from "./work.ts";

/** Returns MiB of the endpoint's process for each side, and adds them to the figures. */
export function measureMemory(
  sides: readonly CriSide[],
  when: string,
): ReadonlyMap<string, number> {
  return new Map(
    sides.map(({ name, figures, pid }) => {
      const mebibytes = pssKib(pid()) / 1024;
      figures.add(`the endpoint's process, memory ${when}, PSS MiB`, mebibytes);
      return [name, mebibytes];
    }),
  );
}

/** How cost grows with what is on the node: containers that were made and never started, in one pod. */
export async function grow(
  sides: readonly CriSide[],
  { growth, calls, relistSeconds }: Amounts,
): Promise<void> {
  for (const side of sides) {
    const { endpoint, figures, pods, pid } = side;
    const command = ["sleep", "3600"];
    const pod = await endpoint.startPod("growth", command);
    pods.push(pod);
    let made = 1;
    const before = { kibibytes: pssKib(pid()), made };
    for (const wanted of growth) {
      for (; made < wanted; made += 1) {
        const container = `c${made}`;
        const name = "growth";
        await endpoint.createContainer({ name, podSandboxId: pod.sandboxId, command, container });
      }
      const cpuBefore = processCpuMillis(pid()).own;
      for (let round = 0; round < calls; round++) {
        await figures.time(`ListContainers of ${wanted}, ms`, () =>
          endpoint.bytes("ListContainers"),
        );
      }
      const listed = processCpuMillis(pid()).own - cpuBefore;
      figures.add(`ListContainers of ${wanted}, CPU, ms`, listed / calls);
      for (let round = 0; round < calls; round++) {
        await figures.time(`ContainerStatus among ${wanted}, ms`, () =>
          endpoint.bytes("ContainerStatus", pod.containerId),
        );
      }
    }
    const cpuBefore = processCpuMillis(pid()).own;
    await sleep(relistSeconds * 1000);
    const idle = (processCpuMillis(pid()).own - cpuBefore) / (relistSeconds * 10);
    const grown = (pssKib(pid()) - before.kibibytes) / (made - before.made);
    figures.add(`the endpoint's process, memory a container up to ${made}, PSS KiB`, grown);
    figures.add(`idle CPU with ${growth.at(-1) ?? 0} containers, % of a core`, idle);
  }
}

/** The 99th percentile of the event loop's delay while the work runs, of a cri-ferry that the bench has started. */
export async function withLoopDelay(
  sides: readonly CriSide[],
  what: string,
  work: () => Promise<void>,
): Promise<void> {
  const measured = sides.flatMap(({ ferry, loopDelayFile: file, figures }) =>
    ferry === undefined || file === undefined ? [] : [{ ferry, file, figures }],
  );
  for (const { ferry, file } of measured) {
    rmSync(file, { force: true });
    process.kill(ferry.pid, "SIGUSR2");
  }
  await work();
  for (const { ferry, file, figures } of measured) {
    process.kill(ferry.pid, "SIGUSR2");
    await eventually("the event loop's delay", () => (existsSync(file) ? true : undefined));
    const millis = Number(readFileSync(file, "utf8"));
    figures.add(`event loop's delay p99 under ${what}, ms`, millis);
  }
}

/** How long our daemon takes to end, and to answer again. */
export async function restart(sides: readonly CriSide[], { rounds }: Amounts): Promise<void> {
  for (const { ferry, endpoint, figures } of sides) {
    if (ferry === undefined) continue;
    for (let round = 0; round < rounds; round++) {
      await figures.time("end at SIGTERM, ms", () => ferry.stop());
      await figures.time("start to the first answer, ms", async () => {
        await ferry.restart();
        await eventually("an answer", async () => {
          await endpoint.bytes("Version");
          return true;
        });
      });
    }
  }
}
