import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { ManualClock } from "../../test/fakes/manual-clock.ts";
import { CriError } from "../model/error.ts";
import type { FilesystemUsage } from "../model/image.ts";
import type { Log } from "../model/ports.ts";
import { KernelFiles } from "./kernel-files.ts";
import { MetricsSampler } from "./metrics-sampler.ts";
import { Places } from "./places.ts";
import { TimeSlices } from "./time-slices.ts";

const { signal } = new AbortController();
const eth0 = {
  name: "eth0",
  rxBytes: 1n,
  rxPackets: 1n,
  rxErrors: 0n,
  rxDropped: 0n,
  txBytes: 1n,
  txPackets: 1n,
  txErrors: 0n,
  txDropped: 0n,
};
const network = { timestampNanos: 1n, defaultInterface: eth0, interfaces: [] };

/** A v2 pod with one container, whose files the test writes. */
function setUp(t: TestContext) {
  const root = mkdtempSync(join(tmpdir(), "metrics-"));
  t.after(() => rmSync(root, { recursive: true }));
  const folder = join(root, "pod1", "c0c0");
  mkdirSync(folder, { recursive: true });
  const write = (at: string, name: string, text: string) => writeFileSync(join(at, name), text);
  const use = (bytes: number, kills = 0) => {
    for (const at of [folder, join(root, "pod1")]) {
      write(at, "memory.current", `${bytes}\n`);
      write(at, "memory.stat", "anon 1\n");
      write(at, "memory.events", `oom_kill ${kills}\n`);
    }
  };
  use(100);
  const clock = new ManualClock();
  const warnings: string[] = [];
  const log: Log = {
    debug: () => undefined,
    info: () => undefined,
    warn: (message) => void warnings.push(message),
    error: () => undefined,
    child: () => log,
  };
  const layer: { usage: FilesystemUsage | undefined } = { usage: undefined };
  const places = new Places(new KernelFiles(0), {
    cgroupOf: async (pid) => {
      if (pid === 404) throw new CriError("NotFound", "no process 404");
      if (pid === 500) throw new CriError("Internal", "Input/output error");
      return { controllers: new Map(), unified: folder };
    },
    netnsOf: async () => "net:[1]",
  });
  const sampler = new MetricsSampler({
    clock,
    log,
    places,
    slices: new TimeSlices(clock),
    writableLayers: { usage: () => layer.usage },
    podStats: {
      network: async (id) => {
        if (id === "5b5b") throw new CriError("Internal", "Input/output error");
        return id === "5c5c" ? undefined : network;
      },
    },
    fileSystems: {
      of: () => ({ device: "/dev/a", capacityBytes: 1n, inodes: 2n, inodesFree: 1n }),
    },
    features: async () => ({ metrics: new Set(["pressure"] as const), hugePageSizes: [] }),
  });
  const containers = (pid = 7) =>
    sampler.containers(new Map([["c0c0", { pid, writableLayer: undefined }]]), signal);
  return { sampler, containers, clock, warnings, layer, use };
}

test("callers within a second share one sample", async (t) => {
  const { containers, clock, use } = setUp(t);
  const usage = async () => (await containers()).get("c0c0")?.cgroup.memory?.usageBytes;
  assert.equal(await usage(), 100n);
  use(200);
  clock.advance(999);
  assert.equal(await usage(), 100n);
  clock.advance(1);
  assert.equal(await usage(), 200n);
});

test("without a peak of the kernel's the highest usage seen is told, of the same process", async (t) => {
  const { containers, clock, use } = setUp(t);
  const most = async (pid?: number) =>
    (await containers(pid)).get("c0c0")?.cgroup.memory?.maxUsageBytes;
  use(900);
  assert.equal(await most(), 900n);
  use(300);
  clock.advance(1_000);
  assert.equal(await most(), 900n);
  assert.equal(await most(8), 300n);
});

test("what has ended is left out; what cannot be read is left out with a word", async (t) => {
  const { containers, warnings } = setUp(t);
  assert.deepEqual([...(await containers(404))], []);
  assert.deepEqual(warnings, []);
  assert.deepEqual([...(await containers(500))], []);
  assert.equal(warnings.length, 1);
});

test("a pod's own cgroup is found by any of its processes; one without has no figures", async (t) => {
  const { sampler } = setUp(t);
  const pod = {
    pid: 0,
    cgroupParent: "/kubepods/pod1",
    hasOwnNetwork: true,
    hostInterface: undefined,
    containers: new Map([["c0c0", { pid: 7, writableLayer: undefined }]]),
  };
  const pods = await sampler.pods(
    new Map([
      ["5a5a", pod],
      ["5b5b", { ...pod, cgroupParent: "" }],
      ["5c5c", { ...pod, containers: new Map() }],
    ]),
  );
  assert.deepEqual([...pods.keys()], ["5a5a"]);
  assert.equal(pods.get("5a5a")?.cgroup.memory?.usageBytes, 100n);
});

test("networks that cannot be measured are left out, one of them with a word", async (t) => {
  const { sampler, warnings } = setUp(t);
  const pod = {
    pid: 7,
    cgroupParent: "",
    hasOwnNetwork: true,
    hostInterface: undefined,
    containers: new Map(),
  };
  const ids = ["5a5a", "5b5b", "5c5c"];
  const networks = await sampler.networks(new Map(ids.map((id) => [id, pod])));
  assert.deepEqual([...networks], [["5a5a", network]]);
  assert.equal(warnings.length, 1);
});

test("what was last seen stays until the container is removed", async (t) => {
  const { sampler, containers, use } = setUp(t);
  assert.equal(sampler.lastSeen("c0c0"), undefined);
  use(100, 2);
  await containers();
  await sampler.containers(new Map(), signal);
  assert.equal(sampler.lastSeen("c0c0")?.oomKills, 2n);
  sampler.forget("c0c0");
  assert.equal(sampler.lastSeen("c0c0"), undefined);
});

test("the first answer waits for the measure of the layer, but not long", async (t) => {
  const { sampler, clock, layer } = setUp(t);
  const location = { pid: 7, writableLayer: "/usr/share/none/diff" };
  const figures = async () => {
    let done = false;
    const asked = sampler.containers(new Map([["c0c0", location]]), signal).finally(() => {
      done = true;
    });
    let millis = 0;
    while (!done) {
      await new Promise(setImmediate);
      if (clock.sleeping.length === 0) continue;
      millis += 10;
      clock.advance(10);
    }
    return { layer: (await asked).get("c0c0")?.layer, millis };
  };
  const first = await figures();
  assert.equal(first.millis, 200);
  assert.equal(first.layer?.usedBytes, undefined);
  layer.usage = { timestampNanos: 1n, mountpoint: "/usr", usedBytes: 10n, inodesUsed: 2n };
  const second = await figures();
  assert.equal(second.millis, 0);
  assert.equal(second.layer?.usedBytes, 10n);
});

test("a caller that has gone gets Cancelled", async (t) => {
  const { sampler } = setUp(t);
  await assert.rejects(
    sampler.containers(new Map(), AbortSignal.abort()),
    (thrown) => thrown instanceof CriError && thrown.kind === "Cancelled",
  );
});

test("what the node shows is looked for again after a failure", async (t) => {
  const { clock } = setUp(t);
  let looks = 0;
  const sampler = new MetricsSampler({
    clock,
    log: { child: () => assert.fail() } as unknown as Log,
    places: new Places(),
    slices: new TimeSlices(clock),
    writableLayers: { usage: () => undefined },
    podStats: { network: () => assert.fail() },
    features: async () => {
      looks += 1;
      if (looks === 1) throw new Error("EIO");
      return { metrics: new Set(["hugetlb"] as const), hugePageSizes: ["2MB"] };
    },
  });
  await assert.rejects(sampler.features(), /EIO/);
  assert.deepEqual([...(await sampler.features())], ["hugetlb"]);
  await sampler.features();
  assert.equal(looks, 2);
});
