import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { hugePageSize, lookForFeatures, metricFeatures } from "./metric-features.ts";

function folder(t: TestContext, files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(tmpdir(), "features-"));
  t.after(() => rmSync(path, { recursive: true }));
  mkdirSync(path, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

test("a new kernel with v2 alone shows everything but the peak of huge pages", (t) => {
  const unified = folder(t, {
    "cgroup.controllers": "cpuset cpu io memory hugetlb pids\n",
    "cpu.stat": "usage_usec 1\nnr_bursts 0\nburst_usec 0\n",
    "memory.stat": "anon 1\nworkingset_refault_file 0\npgscan 0\n",
    "io.stat": "254:0 rbytes=1 cost.usage=0 cost.wait=0\n",
  });
  const cgroup = { controllers: new Map(), unified };
  const found = metricFeatures({ cgroup, hugePageSizes: ["2MB"], hasPressure: true });
  assert.deepEqual(
    [...found],
    [
      "cpu-burst",
      "memory-refaults",
      "memory-reclaim",
      "memory-events",
      "hugetlb",
      "io-cost",
      "pressure",
    ],
  );
});

test("an old kernel with v1 alone shows what v1 counted from the first", (t) => {
  const cpu = folder(t, { "cpu.stat": "nr_periods 0\nnr_throttled 0\nthrottled_time 0\n" });
  const memory = folder(t, { "memory.stat": "cache 1\nrss 2\n" });
  const controllers = new Map([
    ["cpu", cpu],
    ["memory", memory],
    ["hugetlb", folder(t, {})],
  ]);
  const look = { cgroup: { controllers, unified: undefined }, hugePageSizes: ["2MB"] };
  assert.deepEqual(
    [...metricFeatures({ ...look, hasPressure: true })],
    ["hugetlb", "hugetlb-peak"],
  );
});

test("on a hybrid node only pressure comes from v2", (t) => {
  const unified = folder(t, { "cgroup.controllers": "hugetlb\n" });
  const memory = folder(t, { "memory.stat": "cache 1\nworkingset_refault_file 3\n" });
  const cgroup = { controllers: new Map([["memory", memory]]), unified };
  const found = metricFeatures({ cgroup, hugePageSizes: ["2MB"], hasPressure: true });
  assert.deepEqual([...found], ["memory-refaults", "pressure"]);
});

test("sizes of huge pages are named as in cgroup files", () => {
  const pools = ["hugepages-64kB", "hugepages-2048kB", "hugepages-1048576kB", "other"];
  assert.deepEqual(pools.flatMap(hugePageSize), ["64KB", "2MB", "1GB"]);
});

test("this node can be looked at", async () => {
  const { metrics, hugePageSizes } = await lookForFeatures();
  assert.ok(metrics.size >= 0);
  for (const size of hugePageSizes) assert.match(size, /^\d+[KMG]B$/);
});
