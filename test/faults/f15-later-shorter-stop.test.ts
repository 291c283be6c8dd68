import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { eventually } from "../harness/eventually.ts";
import { NodeUnderTest } from "./node-under-test.ts";

const day = 86_400;
/** Hears the stop signal, says so, and goes on. */
const stubborn = ["sh", "-c", "trap 'echo heard' TERM; while :; do sleep 0.1; done"];

test("a stop without grace wins over one that has a day", async (t) => {
  await using node = await NodeUnderTest.start();
  const { pods, client } = node;
  const pod = await pods.run("stubborn");

  /** Begins a stop that has a day, and returns when the container has heard of it. */
  async function longStop(name: string, timeoutMillis: number) {
    const id = await pods.startContainer(pod, name, { command: stubborn });
    const { logPath } = await pods.containerStatus(id);
    await eventually("the trap is set", async () =>
      (await pods.exec(id, "grep", "SigCgt", "/proc/1/status")).endsWith("4002") ? true : undefined,
    );
    const request = { containerId: id, timeout: day };
    const stopped = client.runtime("StopContainer", request, { timeoutMillis });
    // Its verdict is asked for later.
    stopped.catch(() => undefined);
    await eventually("the container hears of the stop", async () =>
      (await readFile(logPath, "utf8")).includes("heard") ? true : undefined,
    );
    return { id, stopped };
  }

  async function endsWithin(millis: number, id: string, graceSeconds: number): Promise<void> {
    const begun = performance.now();
    await pods.stopContainer(id, graceSeconds);
    const took = performance.now() - begun;
    assert.ok(took < millis, `${took} ms`);
    const { state, exitCode } = await pods.containerStatus(id);
    assert.deepEqual({ state, exitCode }, { state: "CONTAINER_EXITED", exitCode: 137 });
  }

  await t.test("both answers come, the later within two seconds", async () => {
    const { id, stopped } = await longStop("none", 60_000);
    await endsWithin(2_000, id, 0);
    await stopped;
  });

  await t.test("one of a second too", async () => {
    const { id, stopped } = await longStop("second", 60_000);
    await endsWithin(3_000, id, 1);
    await stopped;
  });

  await t.test("the same when the first one's caller has gone", async () => {
    const { id, stopped } = await longStop("gone", 1_500);
    await assert.rejects(stopped, { kind: "DeadlineExceeded" });
    await endsWithin(2_000, id, 0);
  });

  await t.test("the sandbox's stop does not wait for it either", async () => {
    const { stopped } = await longStop("sandbox", 60_000);
    const begun = performance.now();
    await pods.remove(pod.id);
    assert.ok(performance.now() - begun < 5_000);
    await stopped;
  });
  await node.assertNoLeaks();
});
