import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { type CgroupPaths, cgroupOf } from "../../src/host/cgroup.ts";
import { systemClock } from "../../src/host/clock.ts";
import type { ContainerFigures } from "../../src/model/metrics.ts";
import { KernelFiles } from "../../src/stats/kernel-files.ts";
import { MetricsSampler } from "../../src/stats/metrics-sampler.ts";
import { Places } from "../../src/stats/places.ts";
import { TimeSlices } from "../../src/stats/time-slices.ts";
import { WritableLayers } from "../../src/stats/writable-layers.ts";
import { eventually } from "../harness/eventually.ts";
import { dockerApi, importBusybox, type RunningContainer, runContainer } from "./docker-host.ts";
import { silentLog } from "./silent-log.ts";

const api = dockerApi();
const image = "cri-ferry.test/metrics:1";
const { signal } = new AbortController();
const mebibyte = 1 << 20;

before(() => importBusybox(api, image));
after(async () => {
  await api.call({ method: "DELETE", path: `/images/${image}` }, signal);
  api.close();
});

function setUp() {
  const controller = new AbortController();
  const writableLayers = new WritableLayers({ clock: systemClock, log: silentLog });
  const running = writableLayers.run(controller.signal);
  const files = new KernelFiles(100);
  const sampler = new MetricsSampler({
    clock: systemClock,
    log: silentLog,
    places: new Places(files),
    slices: new TimeSlices(systemClock),
    writableLayers,
    podStats: { network: async () => undefined },
  });
  return {
    sample: async ({ id, pid, upperDir }: RunningContainer): Promise<ContainerFigures> => {
      const locations = new Map([[id, { pid, writableLayer: upperDir }]]);
      const figures = await sampler.containers(locations, signal);
      return figures.get(id) ?? assert.fail("the container has no figures");
    },
    [Symbol.asyncDispose]: async () => {
      files[Symbol.dispose]();
      controller.abort();
      await running;
    },
  };
}

/** A number of the kernel's, by its file of v1 or v2, read by other means than the room's. */
function kernel({ controllers, unified }: CgroupPaths, v1: string, v2: string): bigint {
  const folder = controllers.get(v1.split("/")[0] ?? "");
  const [file = "", key] = (folder === undefined ? v2 : v1.replace(/^\w+\//, "")).split("#");
  const text = readFileSync(`${folder ?? unified}/${file}`, "latin1");
  const digits = key === undefined ? text : new RegExp(`^${key} (\\d+)`, "m").exec(text)?.[1];
  return BigInt((digits ?? "").trim());
}

test("limits are the kernel's own, and figures lie between the kernel's before and after", async () => {
  await using set = setUp();
  await using busy = await runContainer(api, "cf-metrics-busy", {
    Image: image,
    Cmd: ["sh", "-c", "while :; do :; done"],
    HostConfig: {
      NetworkMode: "none",
      Memory: 64 * mebibyte,
      CpuPeriod: 10_000,
      CpuQuota: 2_000,
      CpuShares: 512,
      PidsLimit: 50,
    },
  });
  const cgroup = await cgroupOf(busy.pid);
  const throttled = () => kernel(cgroup, "cpu/cpu.stat#nr_throttled", "cpu.stat#nr_throttled");
  await eventually("throttling", async () => (throttled() > 5n ? true : undefined));
  const before = throttled();
  const { cgroup: figures } = await set.sample(busy);
  const later = throttled();
  const { cpu, limits, memory, pids } = figures;
  const seen = cpu?.throttledPeriods ?? 0n;
  assert.ok(before <= seen && seen <= later, `${before} ${seen} ${later}`);
  assert.ok((cpu?.throttledNanos ?? 0n) > 0n && (cpu?.periods ?? 0n) >= seen);
  assert.equal(limits.memoryBytes, BigInt(64 * mebibyte));
  assert.equal(limits.cpuPeriodMicros, 10_000n);
  assert.equal(limits.cpuQuotaMicros, 2_000n);
  assert.ok((limits.cpuShares ?? 0n) > 2n);
  assert.deepEqual(pids, { threads: 1n, maxThreads: 50n });
  assert.equal(
    memory?.rssBytes,
    kernel(cgroup, "memory/memory.stat#total_rss", "memory.stat#anon"),
  );
});

test("running into the memory limit and being killed for it are counted", async () => {
  await using set = setUp();
  const greedy = "x=$(head -c 100000000 /dev/zero | tr '\\0' x)";
  await using box = await runContainer(api, "cf-metrics-greedy", {
    Image: image,
    Cmd: ["sh", "-c", `sh -c "${greedy.replaceAll("$", "\\$")}"; sleep 1000`],
    // Under a limit of both alike v1 counts what ran into that for swap.
    HostConfig: { NetworkMode: "none", Memory: 16 * mebibyte, MemorySwap: -1, MemorySwappiness: 0 },
  });
  const cgroup = await cgroupOf(box.pid);
  const figures = await eventually("a kill", async () => {
    const { memory } = (await set.sample(box)).cgroup;
    return (memory?.oomKills ?? 0n) > 0n ? memory : undefined;
  });
  assert.equal(figures.limitHits, kernel(cgroup, "memory/memory.failcnt", "memory.events#max"));
  assert.ok(figures.limitHits > 0n);
  assert.ok((figures.maxUsageBytes ?? 0n) > BigInt(15 * mebibyte));
  assert.equal(
    figures.pageFaults.hierarchy,
    kernel(cgroup, "memory/memory.stat#total_pgfault", "memory.stat#pgfault"),
  );
});

test("processes, descriptors, sockets and states are those of the container", async () => {
  await using set = setUp();
  await using box = await runContainer(api, "cf-metrics-open", {
    Image: image,
    Cmd: ["sh", "-c", "nc -l -p 8080 < /dev/null & sleep 1000 & exec sleep 1000"],
    HostConfig: {
      NetworkMode: "none",
      Ulimits: [{ Name: "nofile", Soft: 1234, Hard: 2345 }],
    },
  });
  const cgroup = await cgroupOf(box.pid);
  await eventually("three processes, one of which listens", async () => {
    const folder = cgroup.controllers.get("pids") ?? cgroup.unified;
    const pids = readFileSync(`${folder}/cgroup.procs`, "latin1").trim().split("\n");
    const names = pids.map((pid) => readFileSync(`/proc/${pid}/cmdline`, "latin1").split("\0")[0]);
    const listens = readFileSync(`/proc/${box.pid}/net/tcp6`, "latin1").split("\n").length > 2;
    const others = names.filter((name) => name === "sleep").length;
    return names.length === 3 && names.includes("nc") && others === 2 && listens ? true : undefined;
  });
  const { processes } = await set.sample(box);
  assert.equal(processes?.processes, 3n);
  assert.equal(processes.sockets, 1n);
  assert.equal(processes.fileDescriptors, 10n);
  assert.equal(processes.maxOpenFiles, 1_234n);
  assert.equal(processes.tasks?.sleeping, 3n);
});

test("the first answer has the writable layer and its file system", async () => {
  await using set = setUp();
  await using box = await runContainer(api, "cf-metrics-layer", {
    Image: image,
    Cmd: ["sleep", "1000"],
    HostConfig: { NetworkMode: "none" },
  });
  const { layer, cgroupPath } = await set.sample(box);
  assert.notEqual(layer?.usedBytes, undefined);
  assert.ok(
    (layer?.capacityBytes ?? 0n) > 0n && (layer?.inodes ?? 0n) >= (layer?.inodesFree ?? 0n),
  );
  assert.notEqual(layer?.device, "");
  assert.ok(cgroupPath.startsWith("/") && cgroupPath.includes(box.id));
});
