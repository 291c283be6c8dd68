import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { busyboxTree } from "../harness/busybox-tree.ts";
import { RegistryGate } from "../integration/registry-gate.ts";
import { metric, metricsAddress } from "./daemon-figures.ts";
import { NodeUnderTest } from "./node-under-test.ts";
import type { FaultPod } from "./pods.ts";

const podCount = 50;
/** As many as a kubelet has workers to clean up with. */
const removalsAtOnce = 10;
const timeoutMillis = 180_000;

test("fifty pods that want the same image at once cost one download", async () => {
  await using node = await NodeUnderTest.start({
    ferry: { args: ["--metrics-address", metricsAddress] },
  });
  const { pods, client, registry } = node;
  await using gate = await RegistryGate.open(registry.url);
  // Slow enough that all have asked when it has come.
  gate.flow = { type: "drip", bytes: 256 << 10, everyMillis: 50 };
  const bytes = (path: string) => [{ path, type: "file" as const, content: randomBytes(4 << 20) }];
  await registry.push({
    name: "faults/cold",
    tags: ["1"],
    layers: [await busyboxTree(), bytes("one"), bytes("two")],
    config: { Cmd: ["sleep", "1000000"], Env: ["PATH=/bin"] },
  });
  const image = { image: `${gate.host}/faults/cold:1` };
  const pullsBefore = await metric("cri_ferry_image_pull_seconds_count");

  const each = <T>(work: (index: number) => Promise<T>) =>
    Promise.all(Array.from({ length: podCount }, (_, index) => work(index)));
  const sandboxes = await each((index) => pods.run(`cold-${index}`, {}, timeoutMillis));
  const pull = async (pod: FaultPod) => {
    const { image: present } = await client.image("ImageStatus", { image }, { timeoutMillis });
    assert.equal(present, null);
    await client.image("PullImage", { image, sandboxConfig: pod.config }, { timeoutMillis });
    const box = await pods.startContainer(pod, "box", { image, command: [] });
    return { ...pod, box };
  };
  const all = await Promise.all(sandboxes.map(pull));
  assert.deepEqual(
    [...gate.blobs.values()],
    [1, 1, 1],
    "the configuration and two layers that are new",
  );
  assert.equal((await metric("cri_ferry_image_pull_seconds_count")) - pullsBefore, 1);
  assert.equal(new Set(all.map(({ box }) => box)).size, podCount);
  for (const { box } of all) {
    assert.equal((await pods.containerStatus(box)).state, "CONTAINER_RUNNING");
  }
  assert.equal(await pods.exec(all[0]?.box ?? "", "stat", "-c", "%s", "/two"), String(4 << 20));

  const left = all.values();
  const remover = async () => {
    for (const { id } of left) await pods.remove(id);
  };
  await Promise.all(Array.from({ length: removalsAtOnce }, remover));
  await client.image("RemoveImage", { image }, { timeoutMillis });
  await node.assertNoLeaks();
});
