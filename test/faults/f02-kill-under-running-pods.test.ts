import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../harness/eventually.ts";
import { NodeUnderTest } from "./node-under-test.ts";
import { amount } from "./place.ts";
import type { FaultPod } from "./pods.ts";

const podCount = amount(12, 100);
/** For machines that do much else; a second is usual. */
const completeMillis = 15_000;

interface Running {
  readonly pod: FaultPod;
  readonly container: string;
}

/** Ends with 42 when asked by SIGTERM. */
const script = 'trap "exit 42" TERM; sleep 1000000 & wait';

test("killed under running pods, the daemon ends none of them, lists all at once, and knows what ended meanwhile", async () => {
  await using node = await NodeUnderTest.start();
  const { pods, dockerd } = node;
  const running: Running[] = [];
  const lanes = Array.from({ length: 4 }, async (_, lane) => {
    for (let index = lane; index < podCount; index += 4) {
      const pod = await pods.run(`many-${index}`);
      const command = ["sh", "-c", script];
      running.push({ pod, container: await pods.startContainer(pod, "box", { command }) });
    }
  });
  await Promise.all(lanes);
  const [asked, killed, ...others] = running.map(({ container }) => container);
  assert.ok(asked !== undefined && killed !== undefined);
  const pidsOf = async (containers: readonly string[]) =>
    await dockerd.docker("inspect", "--format", "{{.Id}} {{.State.Pid}}", ...containers);
  const pids = await pidsOf(others);

  await node.ferry.kill();
  await dockerd.docker("kill", "--signal", "TERM", asked);
  await dockerd.docker("kill", killed);
  await eventually("both have ended", async () => {
    const up = await dockerd.docker("ps", "--quiet", "--no-trunc");
    return up.includes(asked) || up.includes(killed) ? undefined : true;
  });
  await node.restart();
  const started = performance.now();
  const sandboxes = await pods.listed();
  const { containers } = await node.client.runtime(
    "ListContainers",
    {},
    { timeoutMillis: completeMillis },
  );
  assert.deepEqual(
    sandboxes.map(({ id }) => id).toSorted(),
    running.map(({ pod }) => pod.id).toSorted(),
  );
  assert.equal(containers.length, podCount);
  const elapsedMillis = performance.now() - started;
  assert.ok(elapsedMillis < completeMillis, `the lists took ${elapsedMillis} ms`);

  const exitOf = async (id: string) => {
    const { state, exitCode } = await pods.containerStatus(id);
    return state === "CONTAINER_EXITED" ? exitCode : undefined;
  };
  assert.equal(await eventually("the asked one's end", () => exitOf(asked)), 42);
  assert.equal(await eventually("the killed one's end", () => exitOf(killed)), 137);
  assert.equal(await pidsOf(others), pids);
  for (const id of others)
    assert.equal((await pods.containerStatus(id)).state, "CONTAINER_RUNNING");
  await Promise.all(running.map(({ pod }) => pods.remove(pod.id)));
  await node.assertNoLeaks();
});
