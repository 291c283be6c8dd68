import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { DeadMount } from "./dead-mount.ts";
import { NodeUnderTest } from "./node-under-test.ts";

/** Far below what the dead path may take, far above what the others need. */
const otherMillis = 8_000;

test("creates that wait for a dead mount hold up no other pod, name the path, and free their names", async () => {
  await using node = await NodeUnderTest.start();
  const { pods } = node;
  const pod = await pods.run("victim");
  const box = await pods.startContainer(pod, "box");
  {
    await using dead = await DeadMount.at(join(node.folder, "dead"));
    const hostPath = join(dead.path, "volume");
    const mounts = [{ containerPath: "/data", hostPath }];
    // More than the threads that Node has for file systems.
    const blocked = Array.from({ length: 20 }, (_, index) =>
      pods.createContainer(pod, `stuck-${index}`, { mounts }),
    );
    const verdicts = Promise.allSettled(blocked);
    const started = performance.now();
    const other = await pods.run("other");
    const container = await pods.startContainer(other, "box");
    assert.equal(await pods.exec(container, "echo", "alive"), "alive");
    assert.equal(await pods.exec(box, "echo", "alive"), "alive");
    assert.equal((await pods.list()).length, 2);
    await pods.remove(other.id);
    const elapsedMillis = performance.now() - started;
    assert.ok(elapsedMillis < otherMillis, `another pod took ${elapsedMillis} ms`);
    for (const verdict of await verdicts) {
      assert.equal(verdict.status, "rejected");
      const { kind, message } = verdict.reason as { kind: string; message: string };
      assert.equal(kind, "DeadlineExceeded");
      assert.ok(message.includes(hostPath), message);
    }
  }
  // The names are free, for requests of another kind too.
  await pods.startContainer(pod, "stuck-0");
  await pods.remove(pod.id);
  await node.assertNoLeaks();
});
