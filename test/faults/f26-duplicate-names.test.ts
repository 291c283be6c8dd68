import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../harness/eventually.ts";
import { NodeUnderTest } from "./node-under-test.ts";

test("of two running sandboxes of one name the newest stays ready, the other is stopped, and both can be removed", async () => {
  await using node = await NodeUnderTest.start();
  const { pods, dockerd } = node;
  const pod = await pods.run("twin");
  await pods.startContainer(pod, "box");
  const other = await pods.run("only");
  await node.ferry.kill();
  const newer = await copyOf(pod.id);
  await node.restart();

  const states = async () =>
    new Map((await pods.listed("twin")).map(({ id, state }) => [id, state]));
  await eventually("the older one is stopped", async () =>
    (await states()).get(pod.id) === "SANDBOX_NOTREADY" ? true : undefined,
  );
  assert.deepEqual(
    await states(),
    new Map([
      [pod.id, "SANDBOX_NOTREADY"],
      [newer, "SANDBOX_READY"],
    ]),
  );
  assert.equal((await pods.status(other.id)).state, "SANDBOX_READY");
  // The same after another start: nothing swings back.
  await node.crash();
  assert.equal((await states()).get(newer), "SANDBOX_READY");
  for (const id of [newer, pod.id, other.id]) await pods.remove(id);
  const again = await pods.run("twin");
  await pods.remove(again.id);
  await node.assertNoLeaks();

  /** What a damaged node may show: a second sandbox with everything that makes it the same. */
  async function copyOf(id: string): Promise<string> {
    const labels = JSON.parse(
      await dockerd.docker("inspect", "--format", "{{json .Config.Labels}}", id),
    ) as Record<string, string>;
    const given = Object.entries(labels).flatMap(([key, value]) => ["--label", `${key}=${value}`]);
    const name = ["--name", `k8s_POD_twin_faults_uid-twin_0_1a2b3c4d`];
    const image = await dockerd.docker("inspect", "--format", "{{.Image}}", id);
    return await dockerd.docker("run", "--detach", "--network", "none", ...name, ...given, image);
  }
});
