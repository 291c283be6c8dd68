import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../harness/eventually.ts";
import { figuresOf } from "./daemon-figures.ts";
import { NodeUnderTest } from "./node-under-test.ts";
import { amount } from "./place.ts";

const callCount = amount(300, 3_000);

test("while dockerd hangs, lists answer from memory, calls end at their deadlines, nothing grows, and all goes on after it", async () => {
  await using node = await NodeUnderTest.start();
  const { pods, dockerd, ferry } = node;
  const pod = await pods.run("hung");
  const box = await pods.startContainer(pod, "box");
  await dockerd.signal("SIGSTOP");
  const slowest: number[] = [];
  const listing = async () => {
    const started = performance.now();
    assert.equal((await pods.list()).length, 1);
    assert.equal((await pods.containerStatus(box)).state, "CONTAINER_RUNNING");
    slowest.push(performance.now() - started);
  };
  await listing();
  await eventually("RuntimeReady is false", async () => {
    await listing();
    return (await pods.runtimeReady()).status ? undefined : true;
  });
  assert.match((await pods.runtimeReady()).reason, /Hang/);

  const before = figuresOf(ferry.pid);
  const config = pods.config("waiting");
  const kinds = new Set<string>();
  for (let done = 0; done < callCount; done += 50) {
    const calls = Array.from({ length: 50 }, async () => {
      // Each kind of call that a kubelet repeats.
      const options = { timeoutMillis: 300 };
      const call =
        Math.random() < 0.5
          ? node.client.runtime("RunPodSandbox", { config }, options)
          : node.client.runtime("StopPodSandbox", { podSandboxId: pod.id }, options);
      await call.catch((thrown: { kind: string }) => kinds.add(thrown.kind));
    });
    await Promise.all([...calls, listing()]);
  }
  assert.deepEqual(
    [...kinds].filter((kind) => !["DeadlineExceeded", "Unavailable"].includes(kind)),
    [],
  );
  const during = figuresOf(ferry.pid);
  assert.ok(
    during.descriptors - before.descriptors < 64,
    `files: ${before.descriptors} → ${during.descriptors}`,
  );
  const growth = (during.residentBytes - before.residentBytes) / 2 ** 20;
  assert.ok(growth < 64, `memory grew by ${growth} MiB`);
  const slowestMillis = Math.max(...slowest);
  assert.ok(slowestMillis < 1_000, `the slowest list took ${slowestMillis} ms`);

  await dockerd.signal("SIGCONT");
  await eventually("RuntimeReady is true", async () => {
    return (await pods.runtimeReady()).status ? true : undefined;
  });
  const retried = await pods.run("waiting");
  assert.deepEqual(await dockerd.containers("name=k8s_POD_waiting_"), [retried.id]);
  for (const { id } of [retried, pod]) await pods.remove(id);
  await node.assertNoLeaks();
});
