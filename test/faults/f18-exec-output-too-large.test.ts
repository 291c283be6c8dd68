import assert from "node:assert/strict";
import { test } from "node:test";
import { figuresOf } from "./daemon-figures.ts";
import { NodeUnderTest } from "./node-under-test.ts";
import { amount } from "./place.ts";

const mebibyte = 1 << 20;
/** What kubelets take in one message, and what of it may be used for else than output. */
const limitBytes = 16 * mebibyte;
const framingBytes = 4096;

/** Numbers make it visible when bytes are missing before the cut. */
function numbers(mebibytes: number): string {
  return `seq 100000000 199999999 | head -c ${mebibytes * mebibyte}`;
}

function assertNumbers(output: Buffer): void {
  const lines = output.toString("latin1").split("\n").slice(0, -1);
  const wrong = lines.findIndex((line, index) => line !== String(100_000_000 + index));
  assert.equal(wrong, -1);
}

test("outputs above the limit are cut there, and cost the daemon a bounded memory", async (t) => {
  await using node = await NodeUnderTest.start();
  const { pods, client, ferry } = node;
  const pod = await pods.run("loud");
  const id = await pods.startContainer(pod, "box");
  const run = (script: string) =>
    client.runtime(
      "ExecSync",
      { containerId: id, cmd: ["sh", "-c", script], timeout: 0 },
      { timeoutMillis: 120_000 },
    );
  const size = amount(48, 1024);

  await t.test("stdout", async () => {
    const { stdout, stderr, exitCode } = await run(`${numbers(size)}; exit 7`);
    assert.equal(exitCode, 7);
    assert.equal(stderr.length, 0);
    assert.ok(stdout.length > limitBytes - framingBytes && stdout.length <= limitBytes);
    assertNumbers(stdout);
  });

  await t.test("both", async () => {
    const { stdout, stderr } = await run(`${numbers(size)}; ${numbers(size)} >&2`);
    const together = stdout.length + stderr.length;
    assert.ok(together > limitBytes - framingBytes && together <= limitBytes);
    assertNumbers(stdout);
    assertNumbers(stderr);
  });

  await t.test("many at once", async () => {
    const { pid } = ferry;
    const runs = Array.from({ length: 6 }, () => run(numbers(size)));
    for (const { stdout } of await Promise.all(runs)) {
      assert.ok(stdout.length > limitBytes - framingBytes);
    }
    const { peakBytes } = figuresOf(pid);
    console.log(`peak ${peakBytes / mebibyte} MiB`);
    assert.ok(peakBytes < 700 * mebibyte, `${peakBytes / mebibyte} MiB`);
    assert.equal(ferry.pid, pid);
    assert.ok(ferry.running);
    assert.equal(await pods.exec(id, "echo", "alive"), "alive");
  });
  await pods.remove(pod.id);
  await node.assertNoLeaks();
});
