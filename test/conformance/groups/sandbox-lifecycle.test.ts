import assert from "node:assert/strict";
import { test } from "node:test";
import {
  containerStatus,
  podConfig,
  podStatus,
  removePod,
  startContainer,
  startPod,
} from "../pod.ts";
import { notFound, refused } from "../refusal.ts";
import { runtime } from "../subject.ts";

async function listed(id: string): Promise<boolean> {
  const { items } = await runtime("ListPodSandbox", { filter: { id } });
  return items.length === 1;
}

test("a sandbox is ready once RunPodSandbox has answered", async (t) => {
  const before = BigInt(Date.now()) * 1_000_000n;
  const pod = await startPod(t);
  const status = await podStatus(pod.id);
  assert.equal(status.id, pod.id);
  assert.equal(status.state, "SANDBOX_READY");
  const created = BigInt(status.createdAt);
  assert.ok(created >= before - 1_000_000_000n, "created_at is the time of the call, in ns");
  assert.ok(created <= BigInt(Date.now() + 1000) * 1_000_000n);
});

test("a stopped sandbox is not ready, and still there", async (t) => {
  const pod = await startPod(t);
  await runtime("StopPodSandbox", { podSandboxId: pod.id });
  assert.equal((await podStatus(pod.id)).state, "SANDBOX_NOTREADY");
  assert.ok(await listed(pod.id));
});

test("a removed sandbox is gone from status and lists", async (t) => {
  const pod = await startPod(t);
  await removePod(pod.id);
  await notFound(runtime("PodSandboxStatus", { podSandboxId: pod.id }));
  assert.equal(await listed(pod.id), false);
});

test("stopping a sandbox ends its containers", async (t) => {
  const pod = await startPod(t);
  const id = await startContainer(pod);
  await runtime("StopPodSandbox", { podSandboxId: pod.id });
  assert.equal((await containerStatus(id)).state, "CONTAINER_EXITED");
});

test("removing a sandbox that runs ends and removes it with its containers", async (t) => {
  const pod = await startPod(t);
  const id = await startContainer(pod);
  await runtime("RemovePodSandbox", { podSandboxId: pod.id });
  await notFound(runtime("ContainerStatus", { containerId: id }));
  await notFound(runtime("PodSandboxStatus", { podSandboxId: pod.id }));
});

test("a next attempt runs beside the stopped one", async (t) => {
  const first = await startPod(t);
  await runtime("StopPodSandbox", { podSandboxId: first.id });
  const metadata = { ...first.config.metadata, attempt: 1 };
  const second = await startPod(t, { ...first.config, metadata });
  assert.notEqual(second.id, first.id);
  assert.equal((await podStatus(second.id)).metadata?.attempt, 1);
  assert.equal((await podStatus(first.id)).state, "SANDBOX_NOTREADY");
});

test("a name is free again after its sandbox was removed", async (t) => {
  const first = await startPod(t);
  await removePod(first.id);
  const second = await startPod(t, first.config);
  assert.notEqual(second.id, first.id);
});

test("an unknown runtime handler is refused and leaves nothing", async () => {
  const config = podConfig();
  await refused(
    runtime("RunPodSandbox", { config, runtimeHandler: "no-such-handler" }),
    "InvalidArgument",
    "NotFound",
    "FailedPrecondition",
  );
  const { items } = await runtime("ListPodSandbox", {});
  assert.ok(!items.some(({ metadata }) => metadata?.uid === config.metadata?.uid));
});
