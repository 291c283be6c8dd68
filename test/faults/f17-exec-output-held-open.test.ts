import assert from "node:assert/strict";
import { test } from "node:test";
import { processes } from "../harness/processes.ts";
import { figuresOf } from "./daemon-figures.ts";
import { NodeUnderTest } from "./node-under-test.ts";
import { amount } from "./place.ts";

/** Half a second is for output that others hold open; the rest is the engine's. */
const boundMillis = 2_000;
/** Docker holds back the ends of commands for four seconds after one of this kind in the same container. */
const nextBoundMillis = 7_000;

/** What a command leaves behind that holds its stdout and stderr. */
const children: Readonly<Record<string, string>> = {
  "that is silent": "sleep 7000001",
  "that goes on writing": "while :; do echo noise; sleep 0.05; done",
  "that floods": "exec yes",
  "in a session of its own": "exec setsid sleep 7000002",
};

test("a command's answer does not wait for a child that holds its output", async (t) => {
  await using node = await NodeUnderTest.start();
  const { pods, client, ferry } = node;
  const pod = await pods.run("held");

  for (const [kind, child] of Object.entries(children)) {
    await t.test(`a child ${kind}`, async () => {
      const name = kind.replaceAll(" ", "-");
      const run = async (id: string, { timeout = 20, bound = boundMillis } = {}) => {
        const cmd = ["sh", "-c", `echo out; echo err >&2; (${child}) & exit 3`];
        const begun = performance.now();
        const answer = await client.runtime(
          "ExecSync",
          { containerId: id, cmd, timeout },
          { timeoutMillis: 30_000 },
        );
        const took = performance.now() - begun;
        assert.ok(took < bound, `${took} ms`);
        assert.equal(answer.exitCode, 3);
        assert.match(answer.stdout.toString(), /^out\n/);
        assert.match(answer.stderr.toString(), /^err\n/);
      };
      const first = await pods.startContainer(pod, name);
      await run(first);
      const { descriptors } = figuresOf(ferry.pid);
      for (let round = 0; round < amount(1, 20); round += 1) {
        await run(first, { bound: nextBoundMillis });
      }
      if (kind === "that is silent") {
        const left = processes().filter(({ command }) => command === child);
        assert.equal(left.length, amount(2, 21), "what succeeded is not killed");
      }
      await pods.stopContainer(first);
      // A probe with the kubelet's default of a second: the command has ended in time.
      const second = await pods.startContainer(pod, `${name}-probed`);
      await run(second, { timeout: 1 });
      await pods.stopContainer(second);
      assert.ok(figuresOf(ferry.pid).descriptors <= descriptors + 2, "connections are let go");
    });
  }
  await pods.remove(pod.id);
  await node.assertNoLeaks();
});
