import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { MetricOutput } from "../../../src/gen/runtime/v1/Metric.ts";
import type { PodSandboxMetricsOutput } from "../../../src/gen/runtime/v1/PodSandboxMetrics.ts";
import { eventually } from "../../harness/eventually.ts";
import { cgroupParent } from "../cgroup-parent.ts";
import {
  containerConfig,
  containerStatus,
  podLinux,
  sharedPod,
  shell,
  startContainer,
  startPod,
} from "../pod.ts";
import { needs, runtime } from "../subject.ts";

const pod = sharedPod();

async function descriptors() {
  return (await runtime("ListMetricDescriptors", {})).descriptors;
}

async function metricsOf(podSandboxId: string): Promise<PodSandboxMetricsOutput> {
  const { podMetrics } = await runtime("ListPodSandboxMetrics", {});
  const found = podMetrics.filter((one) => one.podSandboxId === podSandboxId);
  assert.equal(found.length, 1, "the pod is not in the answer once");
  return found[0] ?? assert.fail();
}

async function containerMetrics(podSandboxId: string, id: string) {
  const { containerMetrics: all } = await metricsOf(podSandboxId);
  return all.find(({ containerId }) => containerId === id)?.metrics ?? [];
}

/** The value of a metric by label, read by the keys of its descriptor. */
async function valueOf(
  metrics: readonly MetricOutput[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<bigint | undefined> {
  const keys = (await descriptors()).find((one) => one.name === name)?.labelKeys ?? [];
  const found = metrics.find(
    (metric) =>
      metric.name === name &&
      Object.entries(labels).every(
        ([key, value]) => metric.labelValues[keys.indexOf(key)] === value,
      ),
  );
  return found === undefined ? undefined : BigInt(found.value?.value ?? 0);
}

describe("ListMetricDescriptors", needs("pod-metrics"), () => {
  test("names each metric once, with help and labels", async () => {
    const all = await descriptors();
    assert.equal(new Set(all.map(({ name }) => name)).size, all.length);
    for (const { name, help, labelKeys } of all) {
      assert.match(name, /^container_[a-z0-9_]+$/);
      assert.notEqual(help, "", name);
      assert.ok(
        ["pod", "namespace", "container"].every((key) => labelKeys.includes(key)),
        name,
      );
    }
  });
});

describe("ListPodSandboxMetrics", needs("pod-metrics"), () => {
  test("gives only what is described, each with a value for every label", async () => {
    const id = await startContainer(pod());
    const labels = new Map((await descriptors()).map(({ name, labelKeys }) => [name, labelKeys]));
    const { metrics } = await metricsOf(pod().id);
    const all = [...metrics, ...(await containerMetrics(pod().id, id))];
    assert.ok(all.length > 30);
    for (const { name, labelValues, value } of all) {
      assert.equal(labelValues.length, labels.get(name)?.length, name);
      assert.ok(value !== null, name);
    }
  });

  test("has no series twice", async () => {
    await startContainer(pod());
    const { podMetrics } = await runtime("ListPodSandboxMetrics", {});
    const series = podMetrics
      .flatMap(({ metrics, containerMetrics: containers }) => [
        ...metrics,
        ...containers.flatMap((container) => container.metrics),
      ])
      .map(({ name, labelValues }) => JSON.stringify([name, ...labelValues]));
    assert.equal(new Set(series).size, series.length);
  });

  test("says whose figures they are", async () => {
    const config = containerConfig();
    const id = await startContainer(pod(), config);
    const metrics = await containerMetrics(pod().id, id);
    const { metadata } = pod().config;
    const whose = {
      pod: metadata?.name ?? "",
      namespace: metadata?.namespace ?? "",
      container: config.metadata?.name ?? "",
    };
    assert.notEqual(await valueOf(metrics, "container_last_seen", whose), undefined);
  });

  test("counts processor time in whole seconds", async () => {
    const id = await startContainer(pod(), { command: ["sh", "-c", "while :; do :; done"] });
    await eventually("a second of processor time", async () => {
      const metrics = await containerMetrics(pod().id, id);
      const used = await valueOf(metrics, "container_cpu_usage_seconds_total");
      return used !== undefined && used >= 1n && used < 60n ? true : undefined;
    });
  });

  test("tells limits and throttling", async () => {
    const resources = { cpuPeriod: "10000", cpuQuota: "1000", memoryLimitInBytes: 64 << 20 };
    const linux = { ...containerConfig().linux, resources };
    const command = ["sh", "-c", "while :; do :; done"];
    const id = await startContainer(pod(), { linux, command });
    await eventually("throttled periods", async () => {
      const metrics = await containerMetrics(pod().id, id);
      assert.equal(await valueOf(metrics, "container_spec_cpu_period"), 10_000n);
      assert.equal(await valueOf(metrics, "container_spec_memory_limit_bytes"), 67_108_864n);
      const throttled = await valueOf(metrics, "container_cpu_cfs_throttled_periods_total");
      return throttled !== undefined && throttled > 0n ? true : undefined;
    });
  });

  test("tells memory by its kinds", async () => {
    const linux = { ...containerConfig().linux, resources: { memoryLimitInBytes: 128 << 20 } };
    const id = await startContainer(pod(), { linux });
    await shell(id, "head -c 20000000 /dev/zero > /file; cat /file > /dev/null");
    await eventually("twenty megabytes of cache", async () => {
      const metrics = await containerMetrics(pod().id, id);
      const cache = (await valueOf(metrics, "container_memory_cache")) ?? 0n;
      const usage = (await valueOf(metrics, "container_memory_usage_bytes")) ?? 0n;
      const most = (await valueOf(metrics, "container_memory_max_usage_bytes")) ?? 0n;
      return cache > 15_000_000n && usage > 15_000_000n && most >= usage ? true : undefined;
    });
  });

  test("tells the pod's network by interface", async () => {
    const id = await startContainer(pod());
    const sent = async (what: "bytes" | "packets") => {
      const { metrics } = await metricsOf(pod().id);
      const labels = { interface: "eth0", pod: pod().config.metadata?.name ?? "" };
      const name = `container_network_transmit_${what}_total`;
      return (await valueOf(metrics, name, labels)) ?? assert.fail("no series of eth0");
    };
    const before = { bytes: await sent("bytes"), packets: await sent("packets") };
    // A kilobyte in each of ten packets, and what frames and neighbours add to it.
    await shell(
      id,
      "ping -q -c 10 -i 0.2 -s 1000 $(ip route | sed -n 's/^default via \\([0-9.]*\\).*/\\1/p')",
    );
    await eventually("ten packets more", async () =>
      (await sent("packets")) >= before.packets + 10n ? true : undefined,
    );
    const bytes = (await sent("bytes")) - before.bytes;
    assert.ok(bytes >= 10n * 1_042n && bytes < 20_000n, String(bytes));
  });

  test("counts processes and what they have open", async () => {
    const id = await startContainer(pod(), { command: ["sh", "-c", "sleep 1000 & sleep 1000; :"] });
    await eventually("three processes", async () => {
      const metrics = await containerMetrics(pod().id, id);
      const processes = await valueOf(metrics, "container_processes");
      const open = (await valueOf(metrics, "container_file_descriptors")) ?? 0n;
      return processes === 3n && open >= 9n ? true : undefined;
    });
  });

  test("leaves out what does not run", async (t) => {
    const gone = await startPod(t);
    const id = await startContainer(pod());
    await runtime("StopContainer", { containerId: id, timeout: 0 });
    await runtime("StopPodSandbox", { podSandboxId: gone.id });
    assert.deepEqual(await containerMetrics(pod().id, id), []);
    const { podMetrics } = await runtime("ListPodSandboxMetrics", {});
    assert.ok(!podMetrics.some(({ podSandboxId }) => podSandboxId === gone.id));
  });
});

test("a container that died for want of memory is counted", needs("oom-metrics"), async (t) => {
  const linux = {
    ...containerConfig().linux,
    resources: { memoryLimitInBytes: 16 << 20, memorySwapLimitInBytes: 16 << 20 },
  };
  // A line that never ends: tail keeps all of it.
  const id = await startContainer(pod(), { linux, command: ["tail", "/dev/zero"] });
  const reason = await eventually("its end", async () => {
    const status = await containerStatus(id);
    return status.state === "CONTAINER_EXITED" ? status.reason : undefined;
  });
  if (reason !== "OOMKilled") return t.skip(`the engine says ${reason}, not OOMKilled`);
  const metrics = await containerMetrics(pod().id, id);
  assert.ok(((await valueOf(metrics, "container_oom_events_total")) ?? 0n) >= 1n);
});

test("a pod with a cgroup of its own has its figures", needs("pod-cgroup-metrics"), async (t) => {
  const parent = await cgroupParent();
  const own = await startPod(t, { linux: { ...podLinux({}), cgroupParent: parent.path } });
  t.after(() => parent.remove());
  await startContainer(own);
  const { metrics } = await metricsOf(own.id);
  const whose = { id: parent.path, container: "", pod: own.config.metadata?.name ?? "" };
  assert.ok(((await valueOf(metrics, "container_memory_working_set_bytes", whose)) ?? 0n) > 0n);
});
