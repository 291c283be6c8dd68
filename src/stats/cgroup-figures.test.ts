import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { CgroupPaths } from "../host/cgroup.ts";
import { readCgroupFigures } from "./cgroup-figures.ts";
import { KernelFiles } from "./kernel-files.ts";

/** Writes the files of a cgroup, by `FOLDER/NAME`, and returns what reads them. */
function cgroup(t: TestContext, files: Readonly<Record<string, string>>) {
  const root = mkdtempSync(join(tmpdir(), "figures-"));
  t.after(() => rmSync(root, { recursive: true }));
  const folders = new Map<string, string>();
  for (const [path, text] of Object.entries(files)) {
    const [folder = "", name = ""] = path.split("/");
    const at = join(root, folder);
    mkdirSync(at, { recursive: true });
    folders.set(folder, at);
    writeFileSync(join(at, name), text);
  }
  const unified = folders.get("unified");
  folders.delete("unified");
  const paths: CgroupPaths = { controllers: folders, unified };
  return () =>
    readCgroupFigures(paths, {
      files: new KernelFiles(0),
      deviceName: (numbers) => (numbers === "254:0" ? "/dev/vda" : ""),
      hugePageSizes: ["2MB"],
      nowNanos: () => 5n,
    });
}

const unlimited = "9223372036854771712\n";

const v1 = {
  "cpuacct/cpuacct.usage": "3500000000\n",
  "cpuacct/cpuacct.stat": "user 200\nsystem 150\n",
  "cpu/cpu.stat":
    "nr_periods 10\nnr_throttled 4\nthrottled_time 1500000000\nnr_bursts 1\nburst_time 7\n",
  "cpu/cpu.shares": "512\n",
  "cpu/cpu.cfs_period_us": "100000\n",
  "cpu/cpu.cfs_quota_us": "-1\n",
  "memory/memory.usage_in_bytes": "1000\n",
  "memory/memory.max_usage_in_bytes": "2000\n",
  "memory/memory.kmem.usage_in_bytes": "30\n",
  "memory/memory.failcnt": "6\n",
  "memory/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n",
  "memory/memory.limit_in_bytes": "4096\n",
  "memory/memory.memsw.limit_in_bytes": "8192\n",
  "memory/memory.soft_limit_in_bytes": unlimited,
  "memory/memory.stat": `cache 1
pgfault 5
pgmajfault 6
total_cache 11
total_rss 12
total_mapped_file 13
total_dirty 14
total_writeback 15
total_workingset_refault_anon 16
total_workingset_refault_file 17
total_swap 18
total_pgfault 50
total_pgmajfault 60
total_inactive_file 19
total_active_file 20
`,
  "blkio/blkio.throttle.io_service_bytes_recursive":
    "254:0 Read 4096\n254:0 Write 8192\n254:0 Total 12288\n7:1 Read 512\nTotal 12800\n",
  "blkio/blkio.throttle.io_serviced_recursive":
    "254:0 Read 1\n254:0 Write 2\n7:1 Read 1\nTotal 4\n",
  "pids/pids.current": "3\n",
  "pids/pids.max": "max\n",
  "hugetlb/hugetlb.2MB.rsvd.usage_in_bytes": "2097152\n",
  "hugetlb/hugetlb.2MB.rsvd.max_usage_in_bytes": "4194304\n",
  "hugetlb/hugetlb.2MB.rsvd.failcnt": "1\n",
};

test("v1: every figure is read out of its controller's files", (t) => {
  const figures = cgroup(t, v1)();
  assert.deepEqual(figures?.cpu, {
    usageNanos: 3_500_000_000n,
    userNanos: 2_000_000_000n,
    systemNanos: 1_500_000_000n,
    periods: 10n,
    throttledPeriods: 4n,
    throttledNanos: 1_500_000_000n,
    burstPeriods: 1n,
    burstNanos: 7n,
  });
  assert.deepEqual(figures.memory, {
    usageBytes: 1_000n,
    maxUsageBytes: 2_000n,
    cacheBytes: 11n,
    rssBytes: 12n,
    swapBytes: 18n,
    mappedFileBytes: 13n,
    kernelBytes: 30n,
    activeFileBytes: 20n,
    inactiveFileBytes: 19n,
    dirtyFileBytes: 14n,
    writebackFileBytes: 15n,
    limitHits: 6n,
    pageFaults: { own: 5n, hierarchy: 50n },
    majorPageFaults: { own: 6n, hierarchy: 60n },
    refaultedFilePages: 17n,
    refaultedAnonPages: 16n,
    scannedPages: undefined,
    stolenPages: undefined,
    highEvents: undefined,
    maxEvents: undefined,
    oomKills: 2n,
  });
  assert.deepEqual(figures.limits, {
    cpuShares: 512n,
    cpuPeriodMicros: 100_000n,
    cpuQuotaMicros: undefined,
    memoryBytes: 4_096n,
    swapBytes: 8_192n,
    memoryReservationBytes: undefined,
  });
  assert.deepEqual(figures.pids, { threads: 3n, maxThreads: undefined });
  assert.deepEqual(figures.hugetlb, [
    { pageSize: "2MB", usageBytes: 2_097_152n, maxUsageBytes: 4_194_304n, limitHits: 1n },
  ]);
  assert.deepEqual(figures.pressure, { cpu: undefined, memory: undefined, io: undefined });
});

test("v1: devices have their names, one that the kernel forgot has none", (t) => {
  const [vda, forgotten] = cgroup(t, v1)()?.io ?? [];
  assert.deepEqual([vda?.device, vda?.major, vda?.minor], ["/dev/vda", "254", "0"]);
  assert.deepEqual(Object.fromEntries(vda?.bytes ?? []), {
    Read: 4_096n,
    Write: 8_192n,
    Total: 12_288n,
  });
  assert.deepEqual(Object.fromEntries(vda?.requests ?? []), { Read: 1n, Write: 2n });
  assert.deepEqual([forgotten?.device, forgotten?.major, forgotten?.minor], ["", "7", "1"]);
});

const pressure = "some avg10=0.00 avg60=0.00 avg300=0.00 total=9\n";

const v2 = {
  "unified/cpu.stat": `usage_usec 3500000
user_usec 2000000
system_usec 1500000
nr_periods 10
nr_throttled 4
throttled_usec 1500000
nr_bursts 0
burst_usec 0
`,
  "unified/cpu.max": "50000 100000\n",
  "unified/cpu.weight": "100\n",
  "unified/memory.current": "1000\n",
  "unified/memory.swap.current": "18\n",
  "unified/memory.max": "max\n",
  "unified/memory.swap.max": "0\n",
  "unified/memory.min": "77\n",
  "unified/memory.events": "low 0\nhigh 3\nmax 6\noom 1\noom_kill 2\noom_group_kill 0\n",
  "unified/memory.stat": `anon 12
file 11
kernel_stack 10
pagetables 5
percpu 3
slab 2
file_mapped 13
file_dirty 14
file_writeback 15
inactive_file 19
active_file 20
workingset_refault_anon 16
workingset_refault_file 17
pgscan 21
pgsteal 22
pgfault 50
pgmajfault 60
`,
  "unified/io.stat":
    "254:0 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0 cost.usage=7\n7:0 \n",
  "unified/pids.current": "3\n",
  "unified/pids.max": "100\n",
  "unified/hugetlb.2MB.current": "0\n",
  "unified/hugetlb.2MB.events": "max 1\n",
  "unified/cpu.pressure": pressure,
};

test("v2: the same figures out of the one folder, in the same units", (t) => {
  const figures = cgroup(t, v2)();
  assert.equal(figures?.cpu?.usageNanos, 3_500_000_000n);
  assert.equal(figures.cpu.throttledNanos, 1_500_000_000n);
  const { memory } = figures;
  assert.equal(memory?.swapBytes, 18n);
  assert.equal(memory.limitHits, 6n);
  assert.deepEqual(memory.pageFaults, { own: 50n, hierarchy: 50n });
  assert.deepEqual([memory.scannedPages, memory.stolenPages], [21n, 22n]);
  assert.deepEqual([memory.highEvents, memory.maxEvents, memory.oomKills], [3n, 6n, 2n]);
  assert.deepEqual(figures.limits, {
    cpuShares: 2_597n,
    cpuPeriodMicros: 100_000n,
    cpuQuotaMicros: 50_000n,
    memoryBytes: undefined,
    swapBytes: 0n,
    memoryReservationBytes: 77n,
  });
  const [device, ...others] = figures.io;
  assert.deepEqual(others, []);
  assert.deepEqual(Object.fromEntries(device?.bytes ?? []), { Read: 4_096n, Write: 8_192n });
  assert.deepEqual(Object.fromEntries(device?.costMicros ?? []), { "cost.usage": 7n });
  assert.deepEqual(figures.pids, { threads: 3n, maxThreads: 100n });
  assert.equal(figures.hugetlb[0]?.limitHits, 1n);
  assert.equal(figures.pressure.cpu?.some.totalMicros, 9n);
});

test("v2: an older kernel's memory is the sum of its parts, and has no peak", (t) => {
  const { memory } = cgroup(t, v2)() ?? {};
  assert.equal(memory?.kernelBytes, 20n);
  assert.equal(memory.maxUsageBytes, undefined);
});

test("v2: a quota of max is none", (t) => {
  const figures = cgroup(t, { ...v2, "unified/cpu.max": "max 100000\n" })();
  assert.equal(figures?.limits.cpuQuotaMicros, undefined);
  assert.equal(figures?.limits.cpuPeriodMicros, 100_000n);
});

test("a cgroup that is gone has no figures", (t) => {
  assert.equal(cgroup(t, { "memory/other": "", "cpuacct/other": "" })(), undefined);
});
