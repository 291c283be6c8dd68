import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type ContainerFacts, containerState } from "../model/container.ts";
import { noResources } from "../model/resources.ts";
import { mergeContainerFacts, mergeSandboxFacts } from "./facts.ts";

const created: ContainerFacts = {
  pid: 0,
  startedAtNanos: 0n,
  finishedAtNanos: 0n,
  exitCode: 0,
  oomKilled: false,
  error: "",
  user: undefined,
  resources: noResources,
};
const running = { ...created, pid: 7, startedAtNanos: 10n };
const exited = { ...running, pid: 0, finishedAtNanos: 20n, exitCode: 3 };

void test("reports of one life in any order, doubled or late, end in the last state", () => {
  const reports = fc.shuffledSubarray([created, running, exited, running, created], {
    minLength: 5,
  });
  fc.assert(
    fc.property(reports, (order) => {
      assert.deepEqual(order.reduce(mergeContainerFacts), exited);
    }),
  );
});

void test("a late report of the creation does not undo a failed start", () => {
  const failed = { ...created, finishedAtNanos: 5n, exitCode: 128, error: "no such file" };
  assert.equal(containerState(mergeContainerFacts(failed, created)), "EXITED");
});

void test("the time of a failed start is kept when the engine tells its creation for it, whichever comes first", () => {
  const seen = { ...created, finishedAtNanos: 9n, exitCode: 128, error: "no such file" };
  const listed = { ...seen, finishedAtNanos: 5n };
  assert.deepEqual(mergeContainerFacts(seen, listed), seen);
  assert.deepEqual(mergeContainerFacts(listed, seen), seen);
});

void test("a later start is a new life", () => {
  const again = { ...created, pid: 9, startedAtNanos: 30n };
  assert.equal(containerState(mergeContainerFacts(exited, again)), "RUNNING");
});

void test("that the kernel killed it for memory is not forgotten", () => {
  const killed = { ...exited, oomKilled: true };
  assert.equal(mergeContainerFacts(killed, exited).oomKilled, true);
  assert.equal(mergeContainerFacts(exited, killed).oomKilled, true);
});

void test("limits come from our own updates, not from reports", () => {
  const updated = { ...running, resources: { ...noResources, cpuShares: 5 } };
  assert.equal(mergeContainerFacts(updated, exited).resources.cpuShares, 5);
});

void test("a sandbox keeps the addresses that it had", () => {
  const ready = { pid: 1, startedAtNanos: 1n, finishedAtNanos: 0n, ips: ["10.0.0.2"] };
  const ended = { pid: 0, startedAtNanos: 1n, finishedAtNanos: 2n, ips: [] };
  assert.deepEqual(mergeSandboxFacts(ready, ended), { ...ended, ips: ["10.0.0.2"] });
});

test("what we have killed did not die for want of memory, whoever says so, and when", () => {
  const oom = { ...exited, oomKilled: true };
  const killed = { ...exited, killed: true };
  for (const facts of [mergeContainerFacts(killed, oom), mergeContainerFacts(oom, killed)]) {
    assert.equal(facts.oomKilled, false);
    assert.equal(facts.killed, true);
  }
  const restarted = { ...oom, startedAtNanos: exited.finishedAtNanos + 1n, finishedAtNanos: 0n };
  assert.equal(mergeContainerFacts(killed, restarted).killed, undefined);
});
