import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { CriError } from "../model/error.ts";
import { ContainerStatsSampler } from "./container-stats-sampler.ts";
import { KernelFiles } from "./kernel-files.ts";
import { Places } from "./places.ts";
import { TimeSlices } from "./time-slices.ts";

const usage = { timestampNanos: 1n, mountpoint: "/l", usedBytes: 10n, inodesUsed: 2n };
const { signal } = new AbortController();

function setUp(t: TestContext) {
  const root = mkdtempSync("/tmp/cri-ferry-sampler-");
  const folder = `${root}/container-c0ffee`;
  mkdirSync(folder);
  t.after(() => rmSync(root, { recursive: true }));
  const clock = {
    millis: 0,
    nowNanos: () => BigInt(clock.millis) * 1_000_000n,
    monotonicMillis: () => clock.millis,
    sleep: async () => undefined,
  };
  const looks: number[] = [];
  const forgotten: string[] = [];
  // Files on a disk stay readable while they are open; a cgroup's do not.
  const files = new KernelFiles(0);
  const places = new Places(files, {
    cgroupOf: async (pid) => {
      looks.push(pid);
      if (pid === 404) throw new CriError("NotFound", "no process 404");
      return { controllers: new Map(), unified: folder };
    },
    netnsOf: async () => "net:[1]",
  });
  const sampler = new ContainerStatsSampler({
    clock,
    places,
    slices: new TimeSlices(clock),
    writableLayers: { usage: () => usage, forget: (id) => forgotten.push(id) },
  });
  const burn = (micros: number) => writeFileSync(`${folder}/cpu.stat`, `usage_usec ${micros}\n`);
  burn(1_000_000);
  return { sampler, clock, looks, forgotten, burn, folder };
}

const at = (pid: number) => ({ pid, writableLayer: "/l/x/diff" });

test("callers within a second share one sample, at once or one after the other", async (t) => {
  const { sampler, clock, burn } = setUp(t);
  const [one, two] = await Promise.all([
    sampler.sample("c0ffee", at(7), signal),
    sampler.sample("c0ffee", at(7), signal),
  ]);
  assert.equal(one, two);
  burn(9_000_000);
  clock.millis = 999;
  assert.equal(await sampler.sample("c0ffee", at(7), signal), one);
  clock.millis = 1_000;
  assert.equal(
    (await sampler.sample("c0ffee", at(7), signal))?.cpu?.usageCoreNanoSeconds,
    9_000_000_000n,
  );
});

test("cores in use are the average between two samples, absent in the first", async (t) => {
  const { sampler, clock, burn } = setUp(t);
  const first = await sampler.sample("c0ffee", at(7), signal);
  assert.equal(first?.cpu?.usageNanoCores, undefined);
  burn(2_000_000);
  clock.millis = 2_000;
  const second = await sampler.sample("c0ffee", at(7), signal);
  assert.equal(second?.cpu?.usageNanoCores, 500_000_000n);
});

test("the cgroup is looked up once for a process, anew for another, and anew after a forget", async (t) => {
  const { sampler, clock, looks, forgotten } = setUp(t);
  await sampler.sample("c0ffee", at(7), signal);
  clock.millis = 5_000;
  await sampler.sample("c0ffee", at(7), signal);
  await sampler.sample("c0ffee", at(8), signal);
  sampler.forget("c0ffee");
  await sampler.sample("c0ffee", at(8), signal);
  assert.deepEqual(looks, [7, 8, 8]);
  assert.deepEqual(forgotten, ["c0ffee"]);
});

test("a container that has ended has no sample and is looked for again", async (t) => {
  const { sampler, looks } = setUp(t);
  assert.equal(await sampler.sample("c0ffee", at(404), signal), undefined);
  assert.equal(await sampler.sample("c0ffee", at(404), signal), undefined);
  assert.deepEqual(looks, [404, 404]);
});

test("a writable layer is told as it was last measured", async (t) => {
  const { sampler } = setUp(t);
  assert.equal((await sampler.sample("c0ffee", at(7), signal))?.writableLayer, usage);
});

test("a container whose cgroup goes in parts has no sample", async (t) => {
  const { sampler, clock, folder } = setUp(t);
  writeFileSync(`${folder}/memory.current`, "5\n");
  writeFileSync(`${folder}/memory.stat`, "anon 5\n");
  assert.equal((await sampler.sample("c0ffee", at(7), signal))?.memory?.usageBytes, 5n);
  rmSync(`${folder}/memory.current`);
  clock.millis = 1_000;
  assert.equal(await sampler.sample("c0ffee", at(7), signal), undefined);
});

test("a caller that has gone gets Cancelled", async (t) => {
  const { sampler } = setUp(t);
  await assert.rejects(
    sampler.sample("c0ffee", at(7), AbortSignal.abort()),
    (thrown) => thrown instanceof CriError && thrown.kind === "Cancelled",
  );
});
