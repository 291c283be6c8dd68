import assert from "node:assert/strict";
import { test } from "node:test";
import { SharedGate } from "./shared-gate.ts";

const never = new AbortController().signal;

/** Work that runs until it is told to end, and writes down that it began and ended. */
function work(story: string[], name: string) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const run = async () => {
    story.push(`${name} begins`);
    await promise;
    story.push(`${name} ends`);
  };
  return { run, end: resolve };
}

/** Lets everything run that can. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("shared work runs side by side; who wants to be alone waits for it and keeps the rest outside", async () => {
  const gate = new SharedGate();
  const story: string[] = [];
  const [a, b, alone, late] = ["a", "b", "alone", "late"].map((name) => work(story, name));
  assert.ok(a && b && alone && late);
  const running = [
    gate.share(a.run, never),
    gate.share(b.run, never),
    gate.alone(alone.run, never),
    gate.share(late.run, never),
  ];
  for (const each of [a, b, alone, late]) {
    await turn();
    each.end();
  }
  await Promise.all(running);
  assert.deepEqual(story, [
    "a begins",
    "b begins",
    "a ends",
    "b ends",
    "alone begins",
    "alone ends",
    "late begins",
    "late ends",
  ]);
});

test("who gives up waiting, to be alone or for the one alone, leaves the gate as it was", async () => {
  const gate = new SharedGate();
  const story: string[] = [];
  const first = work(story, "first");
  const running = gate.share(first.run, never);
  const alone = new AbortController();
  const beside = new AbortController();
  const waits = [
    assert.rejects(
      gate.alone(async () => undefined, alone.signal),
      { kind: "Cancelled" },
    ),
    assert.rejects(
      gate.share(async () => undefined, beside.signal),
      { kind: "Cancelled" },
    ),
  ];
  await turn();
  beside.abort();
  alone.abort();
  await Promise.all(waits);
  await gate.share(async () => story.push("second"), never);
  first.end();
  await running;
  assert.deepEqual(story, ["first begins", "second", "first ends"]);
});

test("work that throws opens the gate again", async () => {
  const gate = new SharedGate();
  const fail = async () => {
    throw new Error("no");
  };
  await assert.rejects(gate.alone(fail, never), /no/);
  await assert.rejects(gate.share(fail, never), /no/);
  assert.equal(await gate.alone(async () => 1, never), 1);
});
