import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import type { CgroupPaths } from "../host/cgroup.ts";
import { type Moment, readCgroupStats } from "./cgroup-stats.ts";
import { KernelFiles } from "./kernel-files.ts";

const psi = (total: number) =>
  `some avg10=1.50 avg60=0.50 avg300=0.10 total=${total}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n`;

function folderWith(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync("/tmp/cri-ferry-stats-");
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(`${folder}/${name}`, text);
  return folder;
}

const moment = (more: Partial<Moment> = {}): Moment => ({
  nowNanos: 42n,
  monotonicMillis: 10_000,
  previous: undefined,
  ...more,
});

const read = (cgroup: CgroupPaths, at: Moment) => readCgroupStats(new KernelFiles(0), cgroup, at);
const inV1 = (folder: string): CgroupPaths => ({
  controllers: new Map([
    ["cpuacct", folder],
    ["memory", folder],
  ]),
  unified: undefined,
});
const inV2 = (folder: string): CgroupPaths => ({ controllers: new Map(), unified: folder });

const memoryStatV1 = `cache 1
rss 2
inactive_file 3
pgfault 4
hierarchical_memory_limit 67108864
hierarchical_memsw_limit 134217728
total_rss 57344
total_swap 4096
total_pgfault 1052
total_pgmajfault 1
total_inactive_file 100000
`;

const v1 = {
  "cpuacct.usage": "1234567890\n",
  "memory.usage_in_bytes": "843776\n",
  "memory.limit_in_bytes": "67108864\n",
  "memory.stat": memoryStatV1,
};

const v2 = {
  "cpu.stat": "usage_usec 1234567\nuser_usec 1\nsystem_usec 2\n",
  "cpu.pressure": psi(11),
  "memory.current": "843776\n",
  "memory.max": "67108864\n",
  "memory.stat": "anon 57344\nfile 3\ninactive_file 100000\npgfault 1052\npgmajfault 1\n",
  "memory.swap.current": "4096\n",
  "memory.swap.max": "67108864\n",
  "memory.pressure": psi(12),
  "io.pressure": psi(13),
};

const pressure = (totalMicros: bigint) => ({
  some: { totalMicros, avg10: 1.5, avg60: 0.5, avg300: 0.1 },
  full: { totalMicros: 7n, avg10: 0, avg60: 0, avg300: 0 },
});

const memory = {
  timestampNanos: 42n,
  workingSetBytes: 743776n,
  availableBytes: 67108864n - 743776n,
  usageBytes: 843776n,
  rssBytes: 57344n,
  pageFaults: 1052n,
  majorPageFaults: 1n,
};

test("cgroup v1: totals over the cgroups below, no pressure", (t) => {
  const folder = folderWith(t, v1);
  const cgroup = inV1(folder);
  assert.deepEqual(read(cgroup, moment()), {
    cpu: {
      timestampNanos: 42n,
      usageCoreNanoSeconds: 1234567890n,
      usageNanoCores: undefined,
      psi: undefined,
    },
    memory: { ...memory, psi: undefined },
    swap: { timestampNanos: 42n, usageBytes: 4096n, availableBytes: 67108864n - 4096n },
    io: undefined,
  });
});

test("cgroup v2: the same figures and the pressure", (t) => {
  const folder = folderWith(t, v2);
  const cgroup = inV2(folder);
  assert.deepEqual(read(cgroup, moment()), {
    cpu: {
      timestampNanos: 42n,
      usageCoreNanoSeconds: 1234567000n,
      usageNanoCores: undefined,
      psi: pressure(11n),
    },
    memory: { ...memory, psi: pressure(12n) },
    swap: { timestampNanos: 42n, usageBytes: 4096n, availableBytes: 67108864n - 4096n },
    io: { timestampNanos: 42n, psi: pressure(13n) },
  });
});

test("hybrid: controllers from v1, pressure from v2", (t) => {
  const folder = folderWith(t, v1);
  const unified = folderWith(t, { "memory.pressure": psi(5) });
  const stats = read({ ...inV1(folder), unified }, moment());
  assert.equal(stats?.cpu?.usageCoreNanoSeconds, 1234567890n);
  assert.deepEqual(stats?.memory?.psi, pressure(5n));
  assert.equal(stats?.cpu?.psi, undefined);
});

test("no limit means nothing is said of what is available", (t) => {
  const one = folderWith(t, { ...v1, "memory.limit_in_bytes": "9223372036854771712\n" });
  const two = folderWith(t, { ...v2, "memory.max": "max\n", "memory.swap.max": "max\n" });
  const first = read(inV1(one), moment());
  const second = read(inV2(two), moment());
  for (const stats of [first, second]) {
    assert.equal(stats?.memory?.availableBytes, undefined);
    assert.equal(stats?.swap?.availableBytes, undefined);
    assert.equal(stats?.swap?.usageBytes, 4096n);
  }
});

test("a working set below zero is zero", (t) => {
  const folder = folderWith(t, { ...v2, "memory.current": "5\n" });
  const stats = read(inV2(folder), moment());
  assert.equal(stats?.memory?.workingSetBytes, 0n);
});

test("a kernel without swap accounting tells none", (t) => {
  const stat = memoryStatV1.replace(/^.*sw.*\n/gm, "");
  const folder = folderWith(t, { ...v1, "memory.stat": stat });
  const stats = read(inV1(folder), moment());
  assert.equal(stats?.swap, undefined);
  assert.equal(stats?.memory?.usageBytes, 843776n);
});

test("usage a second is the difference of two samples by their distance", (t) => {
  const folder = folderWith(t, v1);
  const cgroup = inV1(folder);
  const previous = { monotonicMillis: 8_000, cpuNanos: 234567890n };
  assert.equal(read(cgroup, moment({ previous }))?.cpu?.usageNanoCores, 500_000_000n);
  const later = { monotonicMillis: 8_000, cpuNanos: 9_999_999_999n };
  assert.equal(read(cgroup, moment({ previous: later }))?.cpu?.usageNanoCores, undefined);
});

test("a cgroup that is gone gives nothing", () => {
  const cgroup = { ...inV1("/no/such"), unified: "/no/such" };
  assert.equal(read(cgroup, moment()), undefined);
});

test("a folder in which the files are folders is an error, not a zero", (t) => {
  const folder = folderWith(t, {});
  mkdirSync(`${folder}/cpuacct.usage`);
  assert.throws(() => read(inV1(folder), moment()));
});
