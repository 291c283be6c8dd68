import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { CriError } from "../model/error.ts";
import type { PodSandboxLocation } from "../model/stats.ts";
import { ContainerStatsSampler } from "./container-stats-sampler.ts";
import { KernelFiles } from "./kernel-files.ts";
import { Places } from "./places.ts";
import { PodSandboxStatsSampler } from "./pod-sandbox-stats-sampler.ts";
import { TimeSlices } from "./time-slices.ts";

const { signal } = new AbortController();
const rest = { rxPackets: 0n, rxDropped: 0n, txPackets: 0n, txDropped: 0n };
const eth0 = { name: "eth0", rxBytes: 10n, rxErrors: 1n, txBytes: 20n, txErrors: 2n, ...rest };
const hostEnd = { name: "veth1", rxBytes: 30n, rxErrors: 3n, txBytes: 40n, txErrors: 4n, ...rest };

/** A v2 pod `pod1` with the cgroups of its sandbox `5a5a` and of its container `c0c0`, whose process 3 alone shows a network. */
function setUp(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), "pods-"));
  t.after(() => rmSync(root, { recursive: true }));
  const write = (name: string, micros: number, bytes: number) => {
    const folder = join(root, "pod1", name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "cpu.stat"), `usage_usec ${micros}\n`);
    writeFileSync(join(folder, "memory.current"), `${bytes}\n`);
    writeFileSync(join(folder, "memory.stat"), `anon ${bytes}\n`);
    writeFileSync(join(folder, "pids.current"), "1\n");
  };
  write("", 1_000, 100);
  write("5a5a", 10, 1);
  write("c0c0", 20, 2);
  const ended = new Set<number>();
  const clock = {
    millis: 0,
    nowNanos: () => BigInt(clock.millis) * 1_000_000n,
    monotonicMillis: () => clock.millis,
    sleep: async () => undefined,
  };
  const places = new Places(new KernelFiles(0), {
    cgroupOf: async (pid) => {
      if (ended.has(pid)) throw new CriError("NotFound", `no process ${pid}`);
      const name = pid === 2 ? "5a5a" : "c0c0";
      return { controllers: new Map(), unified: join(root, "pod1", name) };
    },
    netnsOf: async () => "net:[1]",
  });
  const slices = new TimeSlices(clock);
  const writableLayers = { usage: () => undefined, forget: () => undefined };
  const containers = new ContainerStatsSampler({ clock, places, slices, writableLayers });
  const network = {
    interfacesOf: (pid: number) => (pid === 3 ? [eth0] : undefined),
    hostInterface: (name: string) => (name === "veth1" ? hostEnd : undefined),
  };
  const sampler = new PodSandboxStatsSampler({ clock, places, slices, containers, network });
  return { sampler, clock, write, ended };
}

const location = (more: Partial<PodSandboxLocation> = {}): PodSandboxLocation => ({
  pid: 2,
  cgroupParent: "/kubepods/pod1",
  hasOwnNetwork: false,
  hostInterface: undefined,
  containers: new Map([["c0c0", { pid: 3, writableLayer: undefined }]]),
  ...more,
});

test("a pod with a cgroup of its own is measured there, with a rate from the second sample on", async (t) => {
  const { sampler, clock, write } = setUp(t);
  const first = await sampler.sample("5a5a", location(), signal);
  assert.equal(first?.cpu?.usageCoreNanoSeconds, 1_000_000n);
  assert.equal(first?.cpu?.usageNanoCores, undefined);
  assert.equal(first?.memory?.usageBytes, 100n);
  assert.equal(first?.process?.processCount, 2n);
  write("", 1_001_000, 300);
  clock.millis = 999;
  assert.equal(await sampler.sample("5a5a", location(), signal), first);
  clock.millis = 2_000;
  const second = await sampler.sample("5a5a", location(), signal);
  assert.equal(second?.cpu?.usageNanoCores, 500_000_000n);
  assert.equal(second?.memory?.usageBytes, 300n);
});

test("a pod without a cgroup of its own is the sum of its members", async (t) => {
  const { sampler } = setUp(t);
  const stats = await sampler.sample("5a5a", location({ cgroupParent: "" }), signal);
  assert.equal(stats?.cpu?.usageCoreNanoSeconds, 30_000n);
  assert.equal(stats?.memory?.usageBytes, 3n);
});

test("a pod whose containers have all ended is still a pod", async (t) => {
  const { sampler } = setUp(t);
  const stats = await sampler.sample("5a5a", location({ containers: new Map() }), signal);
  assert.equal(stats?.memory?.usageBytes, 100n);
  assert.equal(stats?.process?.processCount, 1n);
});

test("a pod is found by a container where no process holds its namespaces, or that one has ended", async (t) => {
  const { sampler, ended } = setUp(t);
  const noHolder = await sampler.sample("5a5a", location({ pid: 0 }), signal);
  assert.equal(noHolder?.memory?.usageBytes, 100n);
  sampler.forget("5a5a");
  ended.add(2);
  const stats = await sampler.sample("5a5a", location(), signal);
  assert.equal(stats?.memory?.usageBytes, 100n);
  assert.equal(stats?.process?.processCount, 1n);
});

test("a pod without a process has no sample", async (t) => {
  const { sampler, ended } = setUp(t);
  ended.add(2).add(3);
  assert.equal(await sampler.sample("5a5a", location(), signal), undefined);
});

test("the network is read through any process that is in it, the host's is nobody's", async (t) => {
  const { sampler } = setUp(t);
  assert.equal((await sampler.sample("5a5a", location(), signal))?.network, undefined);
  sampler.forget("5a5a");
  const stats = await sampler.sample("5a5a", location({ hasOwnNetwork: true }), signal);
  assert.equal(stats?.network?.defaultInterface, eth0);
});

test("without a process in it the network is what the host's end counts, else what was last seen", async (t) => {
  const { sampler, clock, ended } = setUp(t);
  const own = { hasOwnNetwork: true };
  clock.millis = 1_000;
  const first = await sampler.sample("5a5a", location(own), signal);
  ended.add(3);
  clock.millis = 3_000;
  const gone = { ...own, containers: new Map() };
  const last = await sampler.sample("5a5a", location(gone), signal);
  assert.deepEqual(last?.network, first?.network);
  clock.millis = 5_000;
  const swapped = await sampler.sample(
    "5a5a",
    location({ ...gone, hostInterface: "veth1" }),
    signal,
  );
  assert.equal(swapped?.network?.timestampNanos, 5_000_000_000n);
  assert.equal(swapped?.network?.defaultInterface.rxBytes, hostEnd.txBytes);
});

test("the network can be had alone; the node's is nobody's", async (t) => {
  const { sampler } = setUp(t);
  const network = await sampler.network("5a5a", location({ hasOwnNetwork: true }));
  assert.equal(network?.defaultInterface, eth0);
  assert.equal(await sampler.network("5a5a", location({ hasOwnNetwork: false })), undefined);
});

test("a caller that has gone gets Cancelled", async (t) => {
  const { sampler } = setUp(t);
  await assert.rejects(
    sampler.sample("5a5a", location(), AbortSignal.abort()),
    (thrown) => thrown instanceof CriError && thrown.kind === "Cancelled",
  );
});
