import assert from "node:assert/strict";
import { test } from "node:test";
import { EventFollower } from "./events.ts";
import { NodeUnderTest } from "./node-under-test.ts";

const memory = { memoryLimitInBytes: 24 << 20, memorySwapLimitInBytes: 24 << 20 };
const namespaceOptions = { network: "POD", pid: "CONTAINER", ipc: "POD" } as const;
const linux = { resources: memory, securityContext: { namespaceOptions } };
/** A line that never ends: tail keeps all of it. */
const eat = ["tail", "/dev/zero"];

test("only a container whose own process is killed for memory is OOMKilled, and its end is told once", async () => {
  await using node = await NodeUnderTest.start();
  const { pods, client } = node;
  await using follower = new EventFollower(client);
  const pod = await pods.run("memory");
  const endOf = async (id: string) => {
    const event = await follower.expect(id, "CREATED STARTED STOPPED");
    const told = event.containersStatuses.find((status) => status.id === id);
    const { reason, exitCode } = await pods.containerStatus(id);
    assert.deepEqual([told?.reason, told?.exitCode], [reason, exitCode], "event and status");
    return `${reason} ${exitCode}`;
  };
  const eaten = async (containerId: string) => {
    const request = { containerId, cmd: eat, timeout: 30 };
    const { exitCode } = await client.runtime("ExecSync", request, { timeoutMillis: 60_000 });
    assert.equal(exitCode, 137);
    assert.equal((await pods.containerStatus(containerId)).state, "CONTAINER_RUNNING");
    assert.equal(follower.told(containerId), "CREATED STARTED");
  };

  const itself = await pods.startContainer(pod, "itself", { command: eat, linux });
  assert.equal(await endOf(itself), "OOMKilled 137");

  const script = 'trap "exit 0" TERM; sleep 1000000 & wait';
  const patient = { command: ["sh", "-c", script], linux };
  const polite = await pods.startContainer(pod, "polite", patient);
  await eaten(polite);
  await pods.stopContainer(polite, 30);
  assert.equal(await endOf(polite), "Completed 0");

  const killed = await pods.startContainer(pod, "killed", patient);
  await eaten(killed);
  await pods.stopContainer(killed, 0);
  assert.equal(await endOf(killed), "Error 137");
  await node.crash();
  await pods.listed("memory");
  assert.equal((await pods.containerStatus(killed)).reason, "Error");
  assert.equal((await pods.containerStatus(itself)).reason, "OOMKilled");
  await using later = new EventFollower(client);

  await pods.remove(pod.id);
  for (const id of [itself, polite, killed]) await later.expect(id, "DELETED");
  await later.expect(pod.id, "STOPPED DELETED");
  await node.assertNoLeaks();
});
