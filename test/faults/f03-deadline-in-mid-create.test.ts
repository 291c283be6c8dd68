import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "../harness/eventually.ts";
import { NodeUnderTest } from "./node-under-test.ts";

let node: NodeUnderTest;

before(async () => {
  node = await NodeUnderTest.start();
  await node.restart("docker.sandbox.started=sleep:2500", "docker.container.created=sleep:2500");
  await node.pods.listed();
});

after(() => node[Symbol.asyncDispose]());

/** How often a kubelet comes back too early. */
const retries = 4;

test("a sandbox whose caller's deadline expires is finished and given to the retry", async () => {
  const { pods, dockerd } = node;
  for (let retry = 0; retry < retries; retry += 1) {
    await assert.rejects(pods.run("late", {}, 300), { kind: "DeadlineExceeded" });
  }
  const pod = await pods.run("late");
  assert.deepEqual(await dockerd.containers("name=k8s_POD_late_"), [pod.id]);
  assert.equal((await pods.run("late")).id, pod.id);
  await pods.remove(pod.id);
  await node.assertNoLeaks();
});

test("a retry that comes when the create has ended gets what it made", async () => {
  const { pods, dockerd } = node;
  await assert.rejects(pods.run("later", {}, 300), { kind: "DeadlineExceeded" });
  const [made] = await untilListed("later");
  const pod = await pods.run("later");
  assert.equal(pod.id, made?.id);
  assert.deepEqual(await dockerd.containers("name=k8s_POD_later_"), [pod.id]);
  await pods.remove(pod.id);
  await node.assertNoLeaks();
});

test("a container whose caller's deadline expires is finished and given to the retry", async () => {
  const { pods, dockerd } = node;
  const pod = await pods.run("box-late");
  const request = { podSandboxId: pod.id, config: pods.containerConfig("box") };
  const sandboxConfig = pod.config;
  for (let retry = 0; retry < retries; retry += 1) {
    const call = node.client.runtime(
      "CreateContainer",
      { ...request, sandboxConfig },
      { timeoutMillis: 300 },
    );
    await assert.rejects(call, { kind: "DeadlineExceeded" });
  }
  const container = await pods.createContainer(pod, "box");
  assert.deepEqual(await dockerd.containers("name=k8s_box_box-late_"), [container]);
  await pods.start(container);
  await pods.remove(pod.id);
  await node.assertNoLeaks();
});

test("a sandbox that is given up in mid-create can be removed as soon as it shows", async () => {
  const { pods } = node;
  await assert.rejects(pods.run("given-up", {}, 300), { kind: "DeadlineExceeded" });
  for (const { id } of await untilListed("given-up")) await pods.remove(id);
  await node.assertNoLeaks();
});

async function untilListed(name: string): ReturnType<typeof node.pods.list> {
  return await eventually(`sandbox ${name} is listed`, async () => {
    const found = await node.pods.list(name);
    return found.length === 0 ? undefined : found;
  });
}
