import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { cgroupOf } from "../../src/host/cgroup.ts";
import { systemClock } from "../../src/host/clock.ts";
import { ContainerStatsSampler } from "../../src/stats/container-stats-sampler.ts";
import { KernelFiles } from "../../src/stats/kernel-files.ts";
import { Places } from "../../src/stats/places.ts";
import { TimeSlices } from "../../src/stats/time-slices.ts";
import { WritableLayers } from "../../src/stats/writable-layers.ts";
import { eventually } from "../harness/eventually.ts";
import { dockerApi, importBusybox, runContainer } from "./docker-host.ts";
import { silentLog } from "./silent-log.ts";

const api = dockerApi();
const image = "cri-ferry.test/h-stats:1";
const { signal } = new AbortController();
const mebibyte = 1 << 20;

before(() => importBusybox(api, image));
after(async () => {
  await api.call({ method: "DELETE", path: `/images/${image}` }, signal);
  api.close();
});

/** Writes 4 MiB into its layer, then holds 16 MiB in a variable, then burns CPU. */
const script = `head -c ${4 * mebibyte} /dev/urandom > /file
x=$(head -c ${16 * mebibyte} /dev/zero | tr '\\0' x); while :; do :; done`;

function setUp() {
  const controller = new AbortController();
  const writableLayers = new WritableLayers({ clock: systemClock, log: silentLog });
  const running = writableLayers.run(controller.signal);
  const files = new KernelFiles(100);
  const slices = new TimeSlices(systemClock);
  const places = new Places(files);
  return {
    sampler: new ContainerStatsSampler({ clock: systemClock, places, slices, writableLayers }),
    [Symbol.asyncDispose]: async () => {
      files[Symbol.dispose]();
      controller.abort();
      await running;
    },
  };
}

/** What the kernel says itself, read by other means than the room's. */
async function kernelFigures(pid: number) {
  const { controllers, unified } = await cgroupOf(pid);
  const read = (folder: string | undefined, name: string) =>
    readFileSync(`${folder}/${name}`, "latin1");
  const isV1 = controllers.has("memory");
  return {
    cpuNanos: isV1
      ? Number(read(controllers.get("cpuacct"), "cpuacct.usage"))
      : 1_000 * Number(/usage_usec (\d+)/.exec(read(unified, "cpu.stat"))?.[1]),
    rssBytes: Number(
      /^(?:total_rss|anon) (\d+)$/m.exec(
        read(isV1 ? controllers.get("memory") : unified, "memory.stat"),
      )?.[1],
    ),
  };
}

test("figures of a busy container lie between the kernel's own before and after", async () => {
  await using set = setUp();
  await using busy = await runContainer(api, "cf-h-stats", {
    Image: image,
    Cmd: ["sh", "-c", script],
    HostConfig: { NetworkMode: "none", Memory: 256 * mebibyte },
  });
  const location = { pid: busy.pid, writableLayer: busy.upperDir };
  await eventually("16 MiB are held", async () => {
    const { rssBytes } = await kernelFigures(busy.pid);
    return rssBytes > 16 * mebibyte ? true : undefined;
  });

  const earlier = await kernelFigures(busy.pid);
  const first = await set.sampler.sample(busy.id, location, signal);
  const later = await kernelFigures(busy.pid);
  const cpu = Number(first?.cpu?.usageCoreNanoSeconds);
  assert.ok(
    earlier.cpuNanos <= cpu && cpu <= later.cpuNanos,
    `${earlier.cpuNanos} ${cpu} ${later.cpuNanos}`,
  );
  assert.ok(Number(first?.memory?.rssBytes) >= 16 * mebibyte);
  assert.ok(Number(first?.memory?.workingSetBytes) >= 16 * mebibyte);
  const { workingSetBytes = 0n, availableBytes } = first?.memory ?? {};
  assert.equal(availableBytes, BigInt(256 * mebibyte) - workingSetBytes);

  const second = await eventually("a second sample", async () => {
    const stats = await set.sampler.sample(busy.id, location, signal);
    return stats?.cpu?.usageNanoCores === undefined ? undefined : stats;
  });
  const cores = Number(second.cpu?.usageNanoCores) / 1e9;
  assert.ok(cores > 0 && cores < 1.2, `a single loop uses ${cores} cores`);

  const layer = await eventually("a measured layer", async () => {
    const stats = await set.sampler.sample(busy.id, location, signal);
    return stats?.writableLayer;
  });
  assert.ok(layer.usedBytes >= BigInt(4 * mebibyte) && layer.usedBytes < BigInt(5 * mebibyte));
});

test("pressure is told where the kernel has it for the container", async () => {
  await using set = setUp();
  await using box = await runContainer(api, "cf-h-stats-psi", {
    Image: image,
    Cmd: ["sleep", "1000"],
    HostConfig: { NetworkMode: "none" },
  });
  const stats = await set.sampler.sample(
    box.id,
    { pid: box.pid, writableLayer: undefined },
    signal,
  );
  const { unified = "" } = await cgroupOf(box.pid);
  const hasPressure = unified.includes(box.id) && existsSync(`${unified}/cpu.pressure`);
  assert.deepEqual(
    [stats?.cpu?.psi !== undefined, stats?.memory?.psi !== undefined, stats?.io !== undefined],
    [hasPressure, hasPressure, hasPressure],
  );
});

test("a container that has ended has no figures", async () => {
  await using set = setUp();
  const gone = await runContainer(api, "cf-h-stats-gone", {
    Image: image,
    Cmd: ["sleep", "1000"],
    HostConfig: { NetworkMode: "none" },
  });
  const location = { pid: gone.pid, writableLayer: undefined };
  assert.notEqual(await set.sampler.sample(gone.id, location, signal), undefined);
  await gone[Symbol.asyncDispose]();
  set.sampler.forget(gone.id);
  assert.equal(await set.sampler.sample(gone.id, location, signal), undefined);
});

test("a container that docker started anew is measured as the new one", async () => {
  await using set = setUp();
  const script = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; exec sleep 1000";
  await using box = await runContainer(api, "cf-h-stats-anew", {
    Image: image,
    Cmd: ["sh", "-c", script],
    HostConfig: { NetworkMode: "none" },
  });
  const sample = (pid: number) =>
    set.sampler.sample(box.id, { pid, writableLayer: undefined }, signal);
  await eventually("it has worked", async () => {
    const { cpuNanos } = await kernelFigures(box.pid);
    return cpuNanos > 100_000_000 ? true : undefined;
  });
  assert.notEqual(await sample(box.pid), undefined);
  const restart = `/containers/${box.id}/restart`;
  await api.call({ method: "POST", path: restart, query: { t: 0 } }, signal);
  const inspected = await api.call({ method: "GET", path: `/containers/${box.id}/json` }, signal);
  const { Pid: pid } = (inspected as { readonly State: { readonly Pid: number } }).State;
  assert.notEqual(pid, box.pid);
  const stats = await sample(pid);
  const { cpuNanos } = await kernelFigures(pid);
  assert.ok(Number(stats?.cpu?.usageCoreNanoSeconds) <= cpuNanos);
  assert.equal(stats?.cpu?.usageNanoCores, undefined);
  // The old one's number is nobody's, or another's.
  set.sampler.forget(box.id);
  assert.equal(await sample(box.pid), undefined);
});
