import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { eventually } from "../harness/eventually.ts";
import { NodeUnderTest } from "./node-under-test.ts";

let node: NodeUnderTest;

before(async () => {
  node = await NodeUnderTest.start();
});

after(() => node[Symbol.asyncDispose]());

async function untilReady(wanted: boolean): Promise<void> {
  await eventually(`RuntimeReady is ${wanted}`, async () => {
    const { status } = await node.pods.runtimeReady();
    return status === wanted ? true : undefined;
  });
}

/** Ends dockerd by `end`, watches that it is told, and starts it again. */
async function restartBy(end: () => Promise<void>): Promise<void> {
  const { pid } = node.ferry;
  await end();
  await untilReady(false);
  assert.notEqual((await node.pods.runtimeReady()).reason, "");
  const listed = (await node.pods.list()).length;
  assert.ok(listed > 0, "lists answer while docker is away");
  await node.dockerd.start();
  await untilReady(true);
  assert.equal(node.ferry.pid, pid);
  assert.ok(node.ferry.running, "the daemon outlives dockerd");
}

for (const [how, end] of [
  ["stopped", () => node.dockerd.stop()],
  ["killed", () => node.dockerd.signal("SIGKILL")],
] as const) {
  test(`with live-restore dockerd is ${how} and started again: pods go on, and what ended meanwhile is known`, async () => {
    const { pods, dockerd } = node;
    const pod = await pods.run(`kept-${how}`);
    const box = await pods.startContainer(pod, "box");
    const ending = await pods.startContainer(pod, "ending", {
      command: ["sh", "-c", 'trap "exit 7" TERM; sleep 1000000 & wait'],
    });
    const pidOf = async (id: string) =>
      Number(await dockerd.docker("inspect", "--format", "{{.State.Pid}}", id));
    const pid = await pidOf(box);
    const endingPid = await pidOf(ending);
    await restartBy(async () => {
      await end();
      process.kill(endingPid, "SIGTERM");
    });
    assert.equal(await pidOf(box), pid);
    assert.equal(await pods.exec(box, "echo", "alive"), "alive");
    const exitCode = await eventually("the end that nobody saw", async () => {
      const status = await pods.containerStatus(ending);
      return status.state === "CONTAINER_EXITED" ? status.exitCode : undefined;
    });
    assert.equal(exitCode, 7);
    const other = await pods.run(`new-${how}`);
    await pods.startContainer(other, "box");
    for (const { id } of [other, pod]) await pods.remove(id);
    await node.assertNoLeaks();
  });
}

test("without live-restore pods end with dockerd: they are told so, cleaned up, and run again", async () => {
  const { pods, dockerd } = node;
  await dockerd.restart({ liveRestore: false });
  await untilReady(true);
  const pod = await pods.run("mortal");
  const box = await pods.startContainer(pod, "box");
  await restartBy(() => dockerd.stop());
  await eventually("the end of the sandbox", async () => {
    const { state } = await pods.status(pod.id);
    return state === "SANDBOX_NOTREADY" ? true : undefined;
  });
  await eventually("the end of the container", async () => {
    const { state, exitCode } = await pods.containerStatus(box);
    return state === "CONTAINER_EXITED" && exitCode !== 0 ? true : undefined;
  });
  // A kubelet makes the next attempt while the last one is still there.
  const metadata = { name: "mortal", uid: "uid-mortal", namespace: "faults", attempt: 1 };
  const again = await pods.run("mortal", { metadata });
  await pods.startContainer(again, "box");
  for (const { id } of [again, pod]) await pods.remove(id);
  await node.assertNoLeaks();
});
