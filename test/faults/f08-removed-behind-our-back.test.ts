import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { eventually } from "../harness/eventually.ts";
import { NodeUnderTest } from "./node-under-test.ts";

let node: NodeUnderTest;

before(async () => {
  node = await NodeUnderTest.start();
});

after(() => node[Symbol.asyncDispose]());

/** Waits until a call says NotFound. */
async function untilNotFound(what: string, ask: () => Promise<unknown>): Promise<void> {
  await eventually(`${what} is NotFound`, async () => {
    const kind = await ask().then(
      () => undefined,
      (thrown: { kind: string }) => thrown.kind,
    );
    return kind === "NotFound" ? true : undefined;
  });
}

/** The addresses that are given away in the pod network. */
function leases(): readonly string[] {
  const folder = `${node.network.leaseDir}/cf-faults`;
  return readdirSync(folder).filter((name) => /^\d/.test(name));
}

test("a container that docker lost is NotFound, and its pod goes on", async () => {
  const { pods, dockerd } = node;
  const pod = await pods.run("robbed");
  const box = await pods.startContainer(pod, "box");
  await dockerd.docker("rm", "--force", box);
  await untilNotFound("the container", () => pods.containerStatus(box));
  assert.equal((await pods.status(pod.id)).state, "SANDBOX_READY");
  await pods.stopContainer(box);
  const again = await pods.startContainer(pod, "box");
  assert.equal(await pods.exec(again, "echo", "alive"), "alive");
  await pods.remove(pod.id);
  await node.assertNoLeaks();
});

test("a sandbox that docker lost is NotFound, its network is taken down, and its name is free", async () => {
  const { pods, dockerd } = node;
  const pod = await pods.run("lost");
  await pods.startContainer(pod, "box");
  assert.equal(leases().length, 1);
  await dockerd.docker("rm", "--force", pod.id);
  await untilNotFound("the sandbox", () => pods.status(pod.id));
  await eventually("the address is free", () => (leases().length === 0 ? true : undefined));
  const again = await pods.run("lost");
  assert.notEqual(again.id, pod.id);
  // What a kubelet does with the containers of the old one.
  await removeContainers(pod.id);
  await pods.remove(pod.id);
  await pods.remove(again.id);
  await node.assertNoLeaks();
});

test("what docker lost while the daemon was dead is cleaned up after its start", async () => {
  const { pods, dockerd } = node;
  const pod = await pods.run("lost-unseen");
  const box = await pods.startContainer(pod, "box");
  await node.ferry.kill();
  await dockerd.docker("rm", "--force", box, pod.id);
  await node.restart();
  await pods.listed();
  await untilNotFound("the sandbox", () => pods.status(pod.id));
  await untilNotFound("the container", () => pods.containerStatus(box));
  await eventually("the address is free", () => (leases().length === 0 ? true : undefined));
  await node.assertNoLeaks();
});

test("a sandbox in the making that docker loses with a crash leaves no network behind", async () => {
  const { pods, dockerd } = node;
  await node.crash("docker.sandbox.connected=kill");
  await pods.listed();
  await assert.rejects(pods.run("never-was"));
  await dockerd.docker("rm", "--force", ...(await dockerd.containers("name=k8s_POD_never-was_")));
  assert.equal(leases().length, 1);
  await node.restart();
  await eventually("the address is free", () => (leases().length === 0 ? true : undefined));
  await node.assertNoLeaks();
});

async function removeContainers(podSandboxId: string): Promise<void> {
  const { containers } = await node.client.runtime(
    "ListContainers",
    { filter: { labelSelector: {} } },
    { timeoutMillis: 10_000 },
  );
  for (const { id, podSandboxId: sandbox } of containers.filter(
    (container) => container.podSandboxId === podSandboxId,
  )) {
    assert.equal(sandbox, podSandboxId);
    await node.pods.stopContainer(id);
    await node.client.runtime("RemoveContainer", { containerId: id }, { timeoutMillis: 30_000 });
  }
}
