import assert from "node:assert/strict";
import { test } from "node:test";
import { type FakeNode, startFakeNode } from "../../test/contract/fake-context.ts";
import { containerConfig, podSandboxConfig } from "../../test/contract/requests.ts";
import { CriError, type CriErrorKind } from "../model/error.ts";
import type { ContainerStats, PodSandboxLocation, PodSandboxStats } from "../model/stats.ts";
import { listPodSandboxStats, podSandboxStats } from "./pod-stats.ts";

const usage = { cpu: undefined, memory: undefined, swap: undefined, io: undefined };
const ofContainer: ContainerStats = { ...usage, writableLayer: undefined };
const ofPod: PodSandboxStats = { ...usage, network: undefined, process: undefined };
const { signal } = new AbortController();

/** A node with a pod of two containers, of which one runs, a pod in the host's network, and one that was stopped. */
async function setUp(node: FakeNode) {
  const { runtime, backend } = node;
  backend.addImage("busybox");
  const pod = await runtime.runPodSandbox(
    podSandboxConfig("pod", { cgroupParent: "/kubepods/pod" }),
    "",
    signal,
  );
  const create = (name: string) =>
    runtime.createContainer(pod, containerConfig(name, "busybox"), signal);
  const running = await create("running");
  await runtime.startContainer(running, signal);
  await create("created");
  const { security } = podSandboxConfig("host");
  const namespaces = { ...security.namespaces, network: "NODE" } as const;
  const onHost = podSandboxConfig("host", { security: { ...security, namespaces } });
  const host = await runtime.runPodSandbox(onHost, "", signal);
  const stopped = await runtime.runPodSandbox(podSandboxConfig("stopped"), "", signal);
  await runtime.stopPodSandbox(stopped, signal);
  const asked = new Map<string, PodSandboxLocation>();
  const gone = new Set<string>();
  const broken = new Set<string>();
  const context = {
    ...node.context,
    stats: { sample: async () => ofContainer, forget: () => undefined },
    podStats: {
      sample: async (id: string, location: PodSandboxLocation) => {
        if (broken.has(id)) throw new CriError("Internal", "memory.stat: Input/output error");
        asked.set(id, location);
        return gone.has(id) ? undefined : ofPod;
      },
      forget: () => undefined,
    },
  };
  const list = async (filter: { readonly id?: string; readonly label?: string } = {}) => {
    const { id, label } = filter;
    const labelSelector = label === undefined ? {} : { app: label };
    const views = await listPodSandboxStats(context, { id, labelSelector }, signal);
    return views.map(({ record }) => record.sandbox.id).toSorted();
  };
  return { context, pod, host, stopped, running, asked, gone, broken, list };
}

const isRefused = (kind: CriErrorKind) => (thrown: unknown) =>
  thrown instanceof CriError && thrown.kind === kind;

void test("a pod is measured with where it is and those of its containers that run", async () => {
  await using node = await startFakeNode();
  const { context, pod, host, running, asked } = await setUp(node);
  const view = await podSandboxStats(context, pod.slice(0, 12), signal);
  assert.equal(view.stats, ofPod);
  assert.deepEqual(
    view.containers.map(({ record }) => record.container.id),
    [running],
  );
  const { pid, cgroupParent, hasOwnNetwork, containers } = asked.get(pod) ?? {};
  assert.equal(pid, node.context.ledger.sandboxes.get(pod)?.facts.pid);
  assert.deepEqual([cgroupParent, hasOwnNetwork], ["/kubepods/pod", true]);
  assert.deepEqual(
    [...(containers ?? [])].map(([id]) => id),
    [running],
  );
  await podSandboxStats(context, host, signal);
  assert.equal(asked.get(host)?.hasOwnNetwork, false);
});

void test("the list has the ready pods that the filter means", async () => {
  await using node = await startFakeNode();
  const { pod, host, stopped, list } = await setUp(node);
  assert.deepEqual(await list(), [pod, host].toSorted());
  assert.deepEqual(await list({ id: host.slice(0, 12) }), [host]);
  assert.deepEqual(await list({ label: "pod" }), [pod]);
  assert.deepEqual(await list({ id: host, label: "pod" }), []);
  assert.deepEqual(await list({ id: stopped }), []);
  assert.deepEqual(await list({ id: "f".repeat(64) }), []);
});

void test("a pod that has ended meanwhile or cannot be measured does not hide the others", async () => {
  await using node = await startFakeNode();
  const { pod, host, list, gone, broken } = await setUp(node);
  gone.add(pod);
  assert.deepEqual(await list(), [host]);
  gone.clear();
  broken.add(host);
  assert.deepEqual(await list(), [pod]);
});

void test("a missing pod is NotFound, one that is not ready FailedPrecondition", async () => {
  await using node = await startFakeNode();
  const { context, stopped } = await setUp(node);
  const missing = podSandboxStats(context, "f".repeat(64), signal);
  await assert.rejects(missing, isRefused("NotFound"));
  const ended = podSandboxStats(context, stopped, signal);
  await assert.rejects(ended, isRefused("FailedPrecondition"));
});
