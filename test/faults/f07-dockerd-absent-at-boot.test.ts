import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../harness/eventually.ts";
import { NodeUnderTest } from "./node-under-test.ts";

async function untilReady(node: NodeUnderTest): Promise<void> {
  await eventually("RuntimeReady is true", async () => {
    return (await node.pods.runtimeReady()).status ? true : undefined;
  });
}

test("without a dockerd at its start the daemon serves, says what is missing, and needs no restart when it comes", async () => {
  await using node = await NodeUnderTest.start({ dockerd: false });
  const { pods, dockerd } = node;
  const { runtimeApiVersion } = await node.client.runtime("Version", {}, { timeoutMillis: 5_000 });
  assert.equal(runtimeApiVersion, "v1");
  const { status, reason } = await eventually("a reason", async () => {
    const ready = await pods.runtimeReady();
    return ready.reason === "DockerUnreachable" ? ready : undefined;
  });
  assert.deepEqual([status, reason], [false, "DockerUnreachable"]);
  // An empty list would make a kubelet start everything again.
  await assert.rejects(pods.list(), { kind: "Unavailable" });
  await assert.rejects(pods.run("too-early"), { kind: "Unavailable", message: /docker/ });

  await dockerd.start();
  await untilReady(node);
  assert.deepEqual(await pods.listed(), []);
  await node.settle();
  const pod = await pods.run("in-time");
  const box = await pods.startContainer(pod, "box");

  // Known pods are listed from disk while dockerd is away at the next start.
  await node.ferry.stop();
  await dockerd.stop();
  await node.restart();
  const listed = await pods.list();
  assert.deepEqual(
    listed.map(({ id }) => id),
    [pod.id],
  );
  assert.equal((await pods.containerStatus(box)).state, "CONTAINER_RUNNING");
  await dockerd.start();
  await untilReady(node);
  assert.equal(await pods.exec(box, "echo", "alive"), "alive");
  await pods.remove(pod.id);
  await node.assertNoLeaks();
});
