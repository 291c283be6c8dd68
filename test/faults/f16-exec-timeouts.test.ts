import assert from "node:assert/strict";
import { test } from "node:test";
import { CriError } from "../../src/model/error.ts";
import { eventually } from "../harness/eventually.ts";
import { processes } from "../harness/processes.ts";
import { figuresOf } from "./daemon-figures.ts";
import { NodeUnderTest } from "./node-under-test.ts";
import { amount } from "./place.ts";

const callers = 6;
/** It collects orphans, as the first process of a pod does. */
const reaper = ["sh", "-c", "while :; do sleep 1000000 & wait; done"];

/** Leaves children by fork, in a session of its own, and in one of which the parent has ended. */
function forking(seconds: number): string {
  const sleep = `sleep ${seconds}`;
  return `${sleep} & setsid ${sleep} & (setsid sh -c '${sleep} & ${sleep} & wait' &) ; ${sleep}`;
}

test("probes that time out leave no process, and all of them nothing in the daemon", async () => {
  await using node = await NodeUnderTest.start();
  const { pods, client } = node;
  const pod = await pods.run("probed");
  const id = await pods.startContainer(pod, "box", { command: reaper });

  /** How long the last of its processes was there after the probe's time was over. */
  async function timedOut(number: number): Promise<number> {
    const seconds = 5_000_000 + number;
    const cmd = ["sh", "-c", forking(seconds)];
    const begun = performance.now();
    const request = { containerId: id, cmd, timeout: 1 };
    await assert.rejects(
      client.runtime("ExecSync", request, { timeoutMillis: 30_000 }),
      (thrown) => thrown instanceof CriError && thrown.kind === "DeadlineExceeded",
    );
    await eventually("its processes are gone", () =>
      processes().some(({ command }) => command.includes(`sleep ${seconds}`)) ? undefined : true,
    );
    return performance.now() - begun - 1_000;
  }

  async function succeeded(number: number): Promise<void> {
    assert.equal(await pods.exec(id, "echo", String(number)), String(number));
  }

  const late: number[] = [];
  async function probe(from: number, to: number): Promise<void> {
    const numbers = Array.from({ length: to - from }, (_, index) => from + index).values();
    const caller = async () => {
      for (const number of numbers) {
        if (number % 3 === 0) late.push(await timedOut(number));
        else await succeeded(number);
      }
    };
    await Promise.all(Array.from({ length: callers }, caller));
  }

  const count = amount(300, 10_000);
  const warm = count / 5;
  await probe(0, warm);
  const before = figuresOf(node.ferry.pid);
  await probe(warm, count);
  const after = figuresOf(node.ferry.pid);
  const worst = Math.max(...late);
  console.log(`processes gone after ${Math.round(worst)} ms at worst`, before, after);
  assert.ok(worst <= 1_000, `processes were gone ${worst} ms after the timeout`);
  assert.ok(after.descriptors <= before.descriptors + 4, "descriptors");
  assert.ok(after.residentBytes <= before.residentBytes + (32 << 20), "memory");
  await eventually("no zombies", () =>
    processes().some(({ zombie }) => zombie) ? undefined : true,
  );
  await pods.remove(pod.id);
  await node.assertNoLeaks();
});
