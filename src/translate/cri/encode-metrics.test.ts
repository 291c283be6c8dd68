import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeMessage, throughTheWire } from "../../../test/wire.ts";
import type { MetricOutput } from "../../gen/runtime/v1/Metric.ts";
import type { Container } from "../../model/container.ts";
import { containerId, imageId, podSandboxId } from "../../model/ids.ts";
import type { CgroupFigures, ContainerFigures, PodSandboxMetrics } from "../../model/metrics.ts";
import type { PodSandbox } from "../../model/pod-sandbox.ts";
import { decodeContainerConfig } from "./decode-container-config.ts";
import { decodePodSandboxConfig } from "./decode-pod-sandbox-config.ts";
import { encodePodSandboxMetrics } from "./encode-metrics.ts";
import { metricTable } from "./metric-table.ts";

const sandbox: PodSandbox = {
  id: podSandboxId("ab".repeat(32)),
  engine: "docker",
  runtimeHandler: "",
  createdAtNanos: 1_600_000_000_000_000_000n,
  config: decodePodSandboxConfig(
    throughTheWire("PodSandboxConfig", {
      metadata: { name: "web", uid: "u1", namespace: "prod", attempt: 0 },
      linux: { cgroupParent: "/kubepods/podu1" },
    }),
    "config",
  ),
};
const { envs: _, ...config } = decodeContainerConfig(
  throughTheWire("ContainerConfig", {
    metadata: { name: "main" },
    image: { image: "sha256:abc", userSpecifiedImage: "registry.test/päge:1" },
  }),
  "config",
);
const container: Container = {
  id: containerId("cd".repeat(32)),
  sandboxId: sandbox.id,
  engine: "docker",
  createdAtNanos: 1_600_000_001_999_999_999n,
  config,
  imageId: imageId("sha256:abc"),
  imageRef: "",
  logFile: "",
  stopSignal: "SIGTERM",
};
const at = 1_700_000_000_123_456_789n;
const psi = (micros: bigint) => ({ totalMicros: micros, avg10: 0, avg60: 0, avg300: 0 });
const stall = { some: psi(5_999_999n), full: psi(2_000_000n) };
const scoped = { own: 7n, hierarchy: 9n };

const cgroup: CgroupFigures = {
  timestampNanos: at,
  cpu: {
    usageNanos: 3_999_999_999n,
    userNanos: 2_000_000_000n,
    systemNanos: 1_000_000_000n,
    periods: 100n,
    throttledPeriods: 40n,
    throttledNanos: 6_500_000_000n,
    burstPeriods: 0n,
    burstNanos: 0n,
  },
  memory: {
    usageBytes: 18_446_744_073_709_551_615n,
    maxUsageBytes: 11n,
    cacheBytes: 12n,
    rssBytes: 13n,
    swapBytes: 14n,
    mappedFileBytes: 15n,
    kernelBytes: 16n,
    activeFileBytes: 17n,
    inactiveFileBytes: 18n,
    dirtyFileBytes: 19n,
    writebackFileBytes: 20n,
    limitHits: 21n,
    pageFaults: scoped,
    majorPageFaults: scoped,
    refaultedFilePages: 22n,
    refaultedAnonPages: 23n,
    scannedPages: 24n,
    stolenPages: 25n,
    highEvents: 26n,
    maxEvents: 27n,
    oomKills: 28n,
  },
  pids: { threads: 3n, maxThreads: undefined },
  io: [
    {
      device: "/dev/vda",
      major: "254",
      minor: "0",
      bytes: new Map([
        ["Read", 4096n],
        ["Write", 8192n],
      ]),
      requests: new Map([
        ["Read", 1n],
        ["Write", 2n],
      ]),
      costMicros: new Map(
        ["usage", "wait", "indebt", "indelay"].map((kind) => [`cost.${kind}`, 3_000_000n]),
      ),
    },
  ],
  hugetlb: [{ pageSize: "2MB", usageBytes: 0n, maxUsageBytes: 2_097_152n, limitHits: 1n }],
  pressure: { cpu: stall, memory: stall, io: stall },
  limits: {
    cpuShares: 1024n,
    cpuPeriodMicros: 100_000n,
    cpuQuotaMicros: 50_000n,
    memoryBytes: 67_108_864n,
    swapBytes: undefined,
    memoryReservationBytes: undefined,
  },
};
const figures: ContainerFigures = {
  cgroupPath: "/kubepods/podu1/c",
  cgroup,
  processes: {
    timestampNanos: at - 5n,
    processes: 2n,
    fileDescriptors: 9n,
    sockets: 4n,
    maxOpenFiles: 1_048_576n,
    tasks: {
      running: 1n,
      sleeping: 2n,
      stopped: 0n,
      uninterruptible: 0n,
      loadMillis: 632n,
      loadUninterruptibleMillis: 0n,
    },
  },
  layer: {
    timestampNanos: at,
    device: "/dev/sda1",
    capacityBytes: 1_000n,
    inodes: 500n,
    inodesFree: 400n,
    usedBytes: 30n,
  },
};
const one = {
  name: "eth0",
  rxBytes: 1n,
  rxPackets: 2n,
  rxErrors: 3n,
  rxDropped: 4n,
  txBytes: 5n,
  txPackets: 6n,
  txErrors: 7n,
  txDropped: 8n,
};
const pod: PodSandboxMetrics = {
  sandbox,
  startedAtNanos: 1_600_000_000_500_000_000n,
  pod: { cgroupPath: "/kubepods/podu1", cgroup },
  network: { timestampNanos: at, defaultInterface: one, interfaces: [{ ...one, name: "net1" }] },
  containers: [{ container, startedAtNanos: 1_600_000_002_000_000_000n, figures }],
};

function decoded(view: PodSandboxMetrics) {
  const { podMetrics } = decodeMessage(
    "ListPodSandboxMetricsResponse",
    encodePodSandboxMetrics(view),
  );
  assert.equal(podMetrics.length, 1);
  const [{ podSandboxId: id, metrics, containerMetrics } = assert.fail()] = podMetrics;
  assert.equal(id, sandbox.id);
  return { metrics, containers: containerMetrics };
}

/** `NAME{own labels} VALUE` of each. */
function shown(metrics: readonly MetricOutput[]): readonly string[] {
  return metrics.map(
    ({ name, labelValues, value }) => `${name}{${labelValues.slice(6).join(",")}} ${value?.value}`,
  );
}

test("every row of the table has a value when all is known, of its type, with as many labels as it says", () => {
  const { metrics, containers } = decoded(pod);
  const all = [...metrics, ...(containers[0]?.metrics ?? [])];
  for (const row of metricTable) {
    const found = all.filter(({ name }) => name === row.name);
    assert.notEqual(found.length, 0, row.name);
    for (const { metricType, labelValues } of found) {
      assert.equal(metricType, row.type, row.name);
      assert.equal(labelValues.length, 6 + row.labels.length, row.name);
    }
  }
});

test("the streamed form has the same bytes", () => {
  const bytes = encodePodSandboxMetrics(pod);
  assert.deepEqual(
    decodeMessage("StreamPodSandboxMetricsResponse", bytes).podSandboxMetrics,
    decodeMessage("ListPodSandboxMetricsResponse", bytes).podMetrics,
  );
});

test("a container, its pod's cgroup and the pod's network are told apart by labels", () => {
  const { metrics, containers } = decoded(pod);
  const labels = (of: readonly MetricOutput[], wanted: string) =>
    of.find(({ name }) => name === wanted)?.labelValues.slice(0, 6);
  assert.equal(containers[0]?.containerId, container.id);
  assert.deepEqual(labels(containers[0]?.metrics ?? [], "container_memory_rss"), [
    "/kubepods/podu1/c",
    container.id,
    "registry.test/päge:1",
    "web",
    "prod",
    "main",
  ]);
  const podPath = "/kubepods/podu1";
  assert.deepEqual(labels(metrics, "container_memory_rss"), [podPath, "", "", "web", "prod", ""]);
  assert.deepEqual(labels(metrics, "container_network_receive_bytes_total"), [
    podPath,
    sandbox.id,
    "",
    "web",
    "prod",
    "",
  ]);
});

test("values keep 64 bits; seconds are whole and never ahead", () => {
  const rows = shown(decoded(pod).containers[0]?.metrics ?? []);
  for (const row of [
    "container_memory_usage_bytes{} 18446744073709551615",
    "container_cpu_usage_seconds_total{total} 3",
    "container_cpu_cfs_throttled_seconds_total{} 6",
    "container_pressure_cpu_waiting_seconds_total{} 5",
    "container_memory_failures_total{pgfault,container} 7",
    "container_memory_failures_total{pgmajfault,hierarchy} 9",
    "container_blkio_device_usage_total{/dev/vda,254,0,Write} 8192",
    "container_fs_reads_total{/dev/vda} 1",
    "container_fs_usage_bytes{/dev/sda1} 30",
    "container_fs_io_cost_usage_seconds_total{/dev/vda} 3",
    "container_hugetlb_usage_bytes{2MB} 0",
    "container_tasks_state{running} 1",
    "container_ulimits_soft{max_open_files} 1048576",
    "container_spec_memory_swap_limit_bytes{} 0",
    "container_threads_max{} 0",
    "container_start_time_seconds{} 1600000002",
    "container_creation_time_seconds{} 1600000001",
    "container_last_seen{} 1700000000",
    "container_oom_events_total{} 28",
  ])
    assert.ok(rows.includes(row), row);
});

test("a figure bears the time of its sample, a limit none", () => {
  const metrics = decoded(pod).containers[0]?.metrics ?? [];
  const time = (wanted: string) => metrics.find(({ name }) => name === wanted)?.timestamp;
  assert.equal(time("container_memory_rss"), String(at));
  assert.equal(time("container_processes"), String(at - 5n));
  assert.equal(time("container_spec_cpu_shares"), "0");
  assert.equal(time("container_start_time_seconds"), "0");
});

test("throttling is told only under a quota", () => {
  const limits = { ...cgroup.limits, cpuQuotaMicros: undefined };
  const free = { ...figures, cgroup: { ...cgroup, limits } };
  const view = { ...pod, containers: [{ container, startedAtNanos: 1n, figures: free }] };
  const names = decoded(view).containers[0]?.metrics.map(({ name }) => name) ?? [];
  assert.deepEqual(
    names.filter((name) => /cfs|spec_cpu_quota/.test(name)),
    [],
  );
  assert.ok(names.includes("container_spec_cpu_period"));
});

test("what is not known is absent", () => {
  const nothing: CgroupFigures = {
    ...cgroup,
    cpu: undefined,
    memory: undefined,
    pids: undefined,
    io: [],
    hugetlb: [],
    pressure: { cpu: undefined, memory: undefined, io: undefined },
  };
  const bare = { ...figures, cgroup: nothing, processes: undefined, layer: undefined };
  const view: PodSandboxMetrics = {
    ...pod,
    pod: undefined,
    network: undefined,
    containers: [{ container, startedAtNanos: 1n, figures: bare }],
  };
  const { metrics, containers } = decoded(view);
  assert.deepEqual(metrics, []);
  assert.deepEqual(
    containers[0]?.metrics.filter(({ name }) => !/spec|last_seen|time_seconds/.test(name)),
    [],
  );
});

test("of a container that has ended for want of memory only that is told", () => {
  const ended = { cgroupPath: "", timestampNanos: at, oomKills: 1n };
  const view = { ...pod, containers: [{ container, startedAtNanos: 1n, figures: ended }] };
  assert.deepEqual(shown(decoded(view).containers[0]?.metrics ?? []), [
    "container_oom_events_total{} 1",
  ]);
});
