import assert from "node:assert/strict";
import { test } from "node:test";
import { startFakeNode } from "../../test/contract/fake-context.ts";
import { containerConfig, podSandboxConfig } from "../../test/contract/requests.ts";
import type { CgroupFigures, ContainerFigures } from "../model/metrics.ts";
import type { RuntimeContext } from "./context.ts";
import { listPodSandboxMetrics } from "./pod-metrics.ts";

const cgroup: CgroupFigures = {
  timestampNanos: 1n,
  cpu: undefined,
  memory: undefined,
  pids: undefined,
  io: [],
  hugetlb: [],
  pressure: { cpu: undefined, memory: undefined, io: undefined },
  limits: {
    cpuShares: undefined,
    cpuPeriodMicros: undefined,
    cpuQuotaMicros: undefined,
    memoryBytes: undefined,
    swapBytes: undefined,
    memoryReservationBytes: undefined,
  },
};
const figures: ContainerFigures = {
  cgroupPath: "/c",
  cgroup,
  processes: undefined,
  layer: undefined,
};
const { signal } = new AbortController();

/** A source that has figures of whatever it is asked for. */
function everything(context: RuntimeContext): RuntimeContext {
  return {
    ...context,
    metrics: {
      ...context.metrics,
      containers: async (locations) => new Map([...locations.keys()].map((id) => [id, figures])),
      pods: async (locations) =>
        new Map([...locations.keys()].map((id) => [id, { cgroupPath: "/p", cgroup }])),
    },
  };
}

async function setUp() {
  const node = await startFakeNode();
  node.backend.addImage("busybox");
  const pod = await node.runtime.runPodSandbox(podSandboxConfig("pod"), "", signal);
  const start = async (name: string) => {
    const id = await node.runtime.createContainer(pod, containerConfig(name, "busybox"), signal);
    await node.runtime.startContainer(id, signal);
    return id;
  };
  return {
    node,
    pod,
    start,
    [Symbol.asyncDispose]: () => node[Symbol.asyncDispose](),
  };
}

test("a ready pod has its own figures and those of its running containers", async () => {
  await using set = await setUp();
  const [running, stopped] = [await set.start("running"), await set.start("stopped")];
  await set.node.runtime.stopContainer(stopped, 0, signal);
  const pods = await listPodSandboxMetrics(everything(set.node.context), signal);
  assert.equal(pods.length, 1);
  assert.equal(pods[0]?.sandbox.id, set.pod);
  assert.equal(pods[0]?.pod?.cgroupPath, "/p");
  assert.deepEqual(
    pods[0]?.containers.map(({ container }) => container.id),
    [running],
  );
});

test("a pod that was stopped has none", async () => {
  await using set = await setUp();
  await set.node.runtime.stopPodSandbox(set.pod, signal);
  assert.deepEqual(await listPodSandboxMetrics(everything(set.node.context), signal), []);
});

test("of sandboxes that share a cgroup and a name only the newest has the cgroup's figures", async () => {
  await using set = await setUp();
  const config = podSandboxConfig("pod");
  const metadata = { ...config.metadata, attempt: config.metadata.attempt + 1 };
  const newer = await set.node.runtime.runPodSandbox({ ...config, metadata }, "", signal);
  const pods = await listPodSandboxMetrics(everything(set.node.context), signal);
  assert.equal(pods.length, 2);
  assert.deepEqual(
    pods.filter(({ pod }) => pod !== undefined).map(({ sandbox }) => sandbox.id),
    [newer],
  );
});

test("of a container that died for want of memory that is told, counted on from what was last seen", async () => {
  await using set = await setUp();
  const id = await set.start("greedy");
  await set.node.runtime.stopContainer(id, 0, signal);
  const { ledger, metrics } = set.node.context;
  const record = ledger.containers.get(id) ?? assert.fail();
  ledger.containers.update({ ...record, facts: { ...record.facts, oomKilled: true } });
  const told = async (oomKills: bigint | undefined) => {
    const lastSeen = () => (oomKills === undefined ? undefined : { cgroupPath: "/c", oomKills });
    const context = { ...set.node.context, metrics: { ...metrics, lastSeen } };
    const [pod] = await listPodSandboxMetrics(context, signal);
    const { figures: of } = pod?.containers[0] ?? assert.fail();
    return "oomKills" in of ? [of.cgroupPath, of.oomKills] : assert.fail();
  };
  assert.deepEqual(await told(undefined), ["", 1n]);
  assert.deepEqual(await told(0n), ["/c", 1n]);
  assert.deepEqual(await told(3n), ["/c", 3n]);
});
