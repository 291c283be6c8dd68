import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { eventually } from "../harness/eventually.ts";
import { NodeUnderTest } from "./node-under-test.ts";
import type { FaultPod } from "./pods.ts";

let node: NodeUnderTest;

before(async () => {
  node = await NodeUnderTest.start();
});

after(() => node[Symbol.asyncDispose]());

/** Starts the daemon so that it is killed at a step, asks, and starts it again when it has died. */
async function dieAt(step: string, ask: () => Promise<unknown>): Promise<void> {
  await node.crash(`${step}=kill`);
  await node.pods.listed();
  await assert.rejects(ask(), `the call outlived ${step}`);
  await eventually(`the daemon dies at ${step}`, () => (node.ferry.running ? undefined : true));
  await node.restart();
}

/** There is one sandbox of that name, for clients and in docker, and it is connected. */
async function assertOne(name: string, pod: FaultPod): Promise<void> {
  const listed = await node.pods.listed(name);
  assert.deepEqual(
    listed.map(({ id, state }) => ({ id, state })),
    [{ id: pod.id, state: "SANDBOX_READY" }],
  );
  const sandboxes = "label=io.kubernetes.docker.type=podsandbox";
  const ofPod = `label=io.kubernetes.pod.uid=uid-${name}`;
  assert.deepEqual(await node.dockerd.containers(sandboxes, ofPod), [pod.id]);
  const { network } = await node.pods.status(pod.id);
  assert.match(network?.ip ?? "", /^10\.83\./);
}

const sandboxSteps = [
  "docker.sandbox.translated",
  "docker.sandbox.created",
  "docker.sandbox.started",
  "network.attach.intended",
  "network.attach.added",
  "docker.sandbox.connected",
  "runtime.sandbox.made",
  "runtime.sandbox.recorded",
];

for (const step of sandboxSteps) {
  test(`killed in RunPodSandbox at ${step}: one sandbox after the retry, none without it`, async () => {
    const name = step.replaceAll(".", "-");
    // The second pod's kubelet never comes back for it.
    const given = `${name}-given-up`;
    await dieAt(step, () => Promise.all([node.pods.run(name), node.pods.run(given)]));
    const pod = await node.pods.run(name);
    await assertOne(name, pod);
    for (const { id } of await node.pods.listed(given)) await node.pods.remove(id);
    await node.pods.remove(pod.id);
    await node.assertNoLeaks();
  });
}

const containerSteps = [
  "docker.container.gathered",
  "docker.container.created",
  "runtime.container.made",
  "runtime.container.recorded",
];

for (const step of containerSteps) {
  test(`killed in CreateContainer at ${step}: one container after the retry`, async () => {
    const name = step.replaceAll(".", "-");
    const pod = await node.pods.run(name);
    await dieAt(step, () => node.pods.createContainer(pod, "box"));
    await assertOne(name, pod);
    const container = await node.pods.createContainer(pod, "box");
    await node.pods.start(container);
    assert.equal(await node.pods.exec(container, "echo", "alive"), "alive");
    assert.deepEqual(await node.dockerd.containers("name=k8s_box_"), [container]);
    await node.pods.remove(pod.id);
    await node.assertNoLeaks();
  });
}

for (const step of ["docker.container.started", "runtime.container.started"]) {
  test(`killed in StartContainer at ${step}: it runs once after the retry, its log is whole`, async () => {
    const name = step.replaceAll(".", "-");
    const pod = await node.pods.run(name);
    const command = ["sh", "-c", "echo begun; exec sleep 1000000"];
    const container = await node.pods.createContainer(pod, "box", { command });
    await dieAt(step, () => node.pods.start(container));
    await node.pods.listed();
    await node.pods.start(container);
    const { state, logPath } = await node.pods.containerStatus(container);
    assert.equal(state, "CONTAINER_RUNNING");
    const line = await eventually("the container's log", async () => {
      const text = await readFile(logPath, "utf8");
      return text === "" ? undefined : text;
    });
    assert.match(line, /^\S+ stdout F begun\n$/);
    await node.pods.remove(pod.id);
    await node.assertNoLeaks();
  });
}

const endSteps = [
  "network.detach.marked",
  "network.detach.deleted",
  "docker.sandbox.disconnected",
  "runtime.sandbox.stopped",
  "docker.container.removed",
];

for (const step of endSteps) {
  test(`killed while a pod is stopped and removed at ${step}: the retry ends it`, async () => {
    const name = step.replaceAll(".", "-");
    const pod = await node.pods.run(name);
    await node.pods.startContainer(pod, "box");
    await dieAt(step, () => node.pods.remove(pod.id));
    await node.pods.listed();
    await node.pods.remove(pod.id);
    await node.assertNoLeaks();
  });
}
