import { mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type CgroupPaths, cgroupOf } from "../../../src/host/cgroup.ts";
import { systemClock } from "../../../src/host/clock.ts";
import type { ContainerLocation } from "../../../src/model/stats.ts";
import { ContainerStatsSampler } from "../../../src/stats/container-stats-sampler.ts";
import { KernelFiles } from "../../../src/stats/kernel-files.ts";
import { Places } from "../../../src/stats/places.ts";
import { TimeSlices } from "../../../src/stats/time-slices.ts";

const usage = `npm run bench:stats -- [--containers N …] [--open FILES]
How the cost of stats grows: makes that many empty cgroups (default 10, 100, 500, 1000) and samples them as ListContainerStats does,
with at most FILES files kept open (default 4096). Prints CPU a container and the longest turn of the event loop. Needs root.`;

const { values } = parseArgs({
  options: {
    containers: { type: "string", multiple: true, default: ["10", "100", "500", "1000"] },
    open: { type: "string", default: "4096" },
    help: { type: "boolean", default: false },
  },
});
const rounds = 20;
const { signal } = new AbortController();

if (values.help) console.log(usage);
else for (const count of values.containers) await measure(Number(count), Number(values.open));

async function measure(count: number, open: number): Promise<void> {
  using cgroups = await makeCgroups(count);
  using files = new KernelFiles(open);
  let millis = 0;
  const clock = { ...systemClock, monotonicMillis: () => millis + performance.now() };
  const places = new Places(files, {
    cgroupOf: async (pid) => cgroups.of(idOf(pid)),
    netnsOf: async () => "net:[1]",
  });
  const writableLayers = { usage: () => undefined, forget: () => undefined };
  const slices = new TimeSlices(clock);
  const sampler = new ContainerStatsSampler({ clock, places, slices, writableLayers });
  const all = Array.from(
    { length: count },
    (_, pid) => [idOf(pid), { pid, writableLayer: undefined }] as const,
  );
  const first = await sampleAll(sampler, all);
  let [cpuMillis, longestTurnMillis] = [0, 0];
  for (let round = 0; round < rounds; round++) {
    // The next sample is asked for a second later, but nobody waits for it.
    millis += 2_000;
    const sampled = await sampleAll(sampler, all);
    cpuMillis += sampled.cpuMillis;
    longestTurnMillis = Math.max(longestTurnMillis, sampled.longestTurnMillis);
  }
  const micros = (cpuMillis * 1_000) / rounds / count;
  console.log(
    `${count} containers: ${(cpuMillis / rounds).toFixed(1)} ms of CPU a list, ${micros.toFixed(1)} µs a container,`,
    `first list ${first.cpuMillis.toFixed(1)} ms, longest turn of the event loop ${longestTurnMillis.toFixed(1)} ms`,
  );
}

async function sampleAll(
  sampler: ContainerStatsSampler,
  all: readonly (readonly [string, ContainerLocation])[],
): Promise<{ readonly cpuMillis: number; readonly longestTurnMillis: number }> {
  const turns = watchTurns();
  const before = process.cpuUsage();
  const samples = await Promise.all(
    all.map(([id, location]) => sampler.sample(id, location, signal)),
  );
  const { user, system } = process.cpuUsage(before);
  if (samples.includes(undefined)) throw new Error("a cgroup could not be read");
  return { cpuMillis: (user + system) / 1_000, longestTurnMillis: turns.end() };
}

/** How much CPU the event loop's turns take meanwhile, at the most: other processes' time is not ours. */
function watchTurns(): { end(): number } {
  const threadMillis = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1_000;
  };
  let [last, longest, ended] = [threadMillis(), 0, false];
  const turn = (): void => {
    const now = threadMillis();
    longest = Math.max(longest, now - last);
    last = now;
    if (!ended) setImmediate(turn);
  };
  setImmediate(turn);
  return {
    end: () => {
      ended = true;
      return longest;
    },
  };
}

function idOf(pid: number): string {
  return pid.toString(16).padStart(64, "0");
}

interface Cgroups extends Disposable {
  of(id: string): CgroupPaths;
}

/** Makes empty cgroups below our own in every hierarchy. */
async function makeCgroups(count: number): Promise<Cgroups> {
  const own = await cgroupOf(process.pid);
  const base = (folder: string): string => join(folder, `cri-ferry-bench-${process.pid}`);
  const { unified } = own;
  const controllers = new Map(
    [...own.controllers].filter(([name]) => ["memory", "cpuacct", "pids"].includes(name)),
  );
  const bases = new Set([...controllers.values()].map(base));
  if (unified !== undefined) bases.add(base(unified));
  const ids = Array.from({ length: count }, (_, pid) => idOf(pid));
  for (const folder of bases)
    for (const id of ids) mkdirSync(join(folder, id), { recursive: true });
  return {
    of: (id) => ({
      controllers: new Map(
        [...controllers].map(([name, folder]) => [name, join(base(folder), id)]),
      ),
      unified: unified === undefined ? undefined : join(base(unified), id),
    }),
    [Symbol.dispose]: () => {
      for (const folder of bases) {
        for (const id of ids) rmdirSync(join(folder, id));
        rmdirSync(folder);
      }
    },
  };
}
