import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ContainerStatsOutput } from "../../../src/gen/runtime/v1/ContainerStats.ts";
import { eventually } from "../../harness/eventually.ts";
import { cgroupParent } from "../cgroup-parent.ts";
import {
  containerConfig,
  createContainer,
  podLinux,
  runToEnd,
  sharedPod,
  shell,
  startContainer,
  startPod,
  uniqueName,
} from "../pod.ts";
import { notFound } from "../refusal.ts";
import { needs, runtime } from "../subject.ts";

const pod = sharedPod();

async function statsOf(containerId: string): Promise<ContainerStatsOutput> {
  const { stats } = await runtime("ContainerStats", { containerId });
  assert.ok(stats !== null);
  return stats;
}

async function idsOf(filter: object): Promise<readonly string[]> {
  const { stats } = await runtime("ListContainerStats", { filter });
  return stats.map(({ attributes }) => attributes?.id ?? "").toSorted();
}

describe("ContainerStats", () => {
  test("says whose figures they are", async () => {
    const config = containerConfig({ annotations: { "example.com/note": "text" } });
    const id = await startContainer(pod(), config);
    const { attributes } = await statsOf(id);
    assert.equal(attributes?.id, id);
    assert.deepEqual({ ...attributes?.metadata }, config.metadata);
    assert.deepEqual(attributes?.labels, config.labels);
    assert.deepEqual(attributes?.annotations, config.annotations);
  });

  test("counts processor time up", async () => {
    const id = await startContainer(pod());
    const first = await statsOf(id);
    await shell(id, "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done");
    const more = await eventually("more processor time", async () => {
      const { cpu } = await statsOf(id);
      const used = (stats: typeof cpu) => BigInt(stats?.usageCoreNanoSeconds?.value ?? 0);
      return used(cpu) > used(first.cpu) ? cpu : undefined;
    });
    assert.ok(BigInt(more?.timestamp ?? 0) > BigInt(first.cpu?.timestamp ?? 0));
  });

  test("tells the memory in use", async () => {
    const linux = { ...containerConfig().linux, resources: { memoryLimitInBytes: 128 << 20 } };
    const id = await startContainer(pod(), { linux });
    const held = "head -c 20000000 /dev/zero | tail -c 20000000 | (sleep 1000; cat) & echo";
    await shell(id, `(${held}) > /dev/null 2>&1`);
    await eventually("twenty megabytes", async () => {
      const { memory } = await statsOf(id);
      const used = BigInt(memory?.workingSetBytes?.value ?? 0);
      return used > 15_000_000n && used < 128n << 20n ? true : undefined;
    });
  });

  test("tells what the container has written", async () => {
    const id = await startContainer(pod());
    await shell(id, "head -c 3000000 /dev/zero > /file; sync");
    await eventually("three megabytes", async () => {
      const { writableLayer } = await statsOf(id);
      assert.notEqual(writableLayer?.fsId?.mountpoint ?? "", "");
      return BigInt(writableLayer?.usedBytes?.value ?? 0) >= 3_000_000n ? true : undefined;
    });
  });

  test("of a missing container is NotFound", async () => {
    await notFound(runtime("ContainerStats", { containerId: "f".repeat(64) }));
  });
});

test("ListContainerStats selects by id, sandbox and labels", async (t) => {
  const other = await startPod(t);
  const labels = { app: uniqueName("app") };
  const here = await startContainer(pod(), { labels });
  const there = await startContainer(other, { labels });
  await createContainer(other);
  assert.deepEqual(await idsOf({ id: here }), [here]);
  assert.deepEqual(await idsOf({ labelSelector: labels }), [here, there].toSorted());
  assert.deepEqual(await idsOf({ podSandboxId: other.id, labelSelector: labels }), [there]);
  assert.ok((await idsOf({})).includes(here));
});

test("PodSandboxStats has the pod's figures and its containers'", needs("pod-stats"), async (t) => {
  const parent = await cgroupParent();
  const own = await startPod(t, { linux: { ...podLinux({}), cgroupParent: parent.path } });
  t.after(() => parent.remove());
  const id = await startContainer(own);
  const { stats } = await runtime("PodSandboxStats", { podSandboxId: own.id });
  assert.equal(stats?.attributes?.id, own.id);
  assert.ok(BigInt(stats?.linux?.memory?.workingSetBytes?.value ?? 0) > 0n);
  assert.equal(stats?.linux?.network?.defaultInterface?.name, "eth0");
  assert.ok(stats?.linux?.containers.some(({ attributes }) => attributes?.id === id));
});

async function podIdsOf(filter: object): Promise<readonly string[]> {
  const { stats } = await runtime("ListPodSandboxStats", { filter });
  return stats.map(({ attributes }) => attributes?.id ?? "").toSorted();
}

test(
  "ListPodSandboxStats selects by id and labels, and has the ready pods alone",
  needs("pod-stats"),
  async (t) => {
    const parent = await cgroupParent();
    const labels = { app: uniqueName("app") };
    const linux = { ...podLinux({}), cgroupParent: parent.path };
    const [one, two] = [await startPod(t, { labels, linux }), await startPod(t, { labels, linux })];
    t.after(() => parent.remove());
    assert.deepEqual(await podIdsOf({ id: one.id }), [one.id]);
    assert.deepEqual(await podIdsOf({ labelSelector: labels }), [one.id, two.id].toSorted());
    assert.deepEqual(await podIdsOf({ id: two.id, labelSelector: { app: "other" } }), []);
    await runtime("StopPodSandbox", { podSandboxId: two.id });
    assert.deepEqual(await podIdsOf({ labelSelector: labels }), [one.id]);
    assert.deepEqual(await podIdsOf({ id: two.id }), []);
  },
);

test(
  "PodSandboxStats of a missing pod is NotFound, of one that is not ready refused",
  needs("pod-stats"),
  async (t) => {
    await notFound(runtime("PodSandboxStats", { podSandboxId: "f".repeat(64) }));
    const stopped = await startPod(t);
    await runtime("StopPodSandbox", { podSandboxId: stopped.id });
    await assert.rejects(runtime("PodSandboxStats", { podSandboxId: stopped.id }));
  },
);

test("a pod in the host's network has no network of its own", needs("pod-stats"), async (t) => {
  const parent = await cgroupParent();
  const linux = { ...podLinux({ network: "NODE" }), cgroupParent: parent.path };
  const onHost = await startPod(t, { hostname: "", linux });
  t.after(() => parent.remove());
  const { stats } = await runtime("PodSandboxStats", { podSandboxId: onHost.id });
  assert.equal(stats?.linux?.network, null);
  assert.ok(BigInt(stats?.linux?.memory?.workingSetBytes?.value ?? 0) > 0n);
});

test(
  "a pod whose containers have all ended is measured, without them",
  needs("stats-of-ended"),
  async (t) => {
    const parent = await cgroupParent();
    const pod = await startPod(t, { linux: { ...podLinux({}), cgroupParent: parent.path } });
    t.after(() => parent.remove());
    await runToEnd(pod, { command: ["true"] });
    const { stats } = await runtime("ListPodSandboxStats", { filter: { id: pod.id } });
    assert.deepEqual(stats[0]?.linux?.containers, []);
    assert.ok(BigInt(stats[0]?.linux?.memory?.workingSetBytes?.value ?? 0) > 0n);
  },
);
