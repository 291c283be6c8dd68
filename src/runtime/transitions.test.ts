import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ContainerFacts } from "../model/container.ts";
import type { ContainerEventType } from "../model/event.ts";
import { noResources } from "../model/resources.ts";
import { mergeContainerFacts } from "./facts.ts";
import { containerTransitions, sandboxTransitions } from "./transitions.ts";

function facts(startedAtNanos: bigint, finishedAtNanos: bigint): ContainerFacts {
  return {
    pid: 0,
    startedAtNanos,
    finishedAtNanos,
    exitCode: 0,
    oomKilled: false,
    error: "",
    user: undefined,
    resources: noResources,
  };
}

const made = facts(0n, 0n);
const runs = facts(5n, 0n);
const ended = facts(5n, 6n);
const failed = facts(0n, 6n);
const runsAgain = facts(8n, 0n);
const endedAgain = facts(8n, 9n);

type Case = readonly [string, ContainerFacts | undefined, ContainerFacts | undefined, string];

const cases: readonly Case[] = [
  ["made", undefined, made, "CREATED"],
  ["started", made, runs, "STARTED"],
  ["ended", runs, ended, "STOPPED"],
  ["removed", ended, undefined, "DELETED"],
  ["removed before its start", made, undefined, "DELETED"],
  ["removed while it runs", runs, undefined, "STOPPED DELETED"],
  ["over before anybody looked", made, ended, "STARTED STOPPED"],
  ["found when it runs", undefined, runs, "CREATED STARTED"],
  ["found when it has ended", undefined, ended, "CREATED STARTED STOPPED"],
  ["unable to start", made, failed, "STOPPED"],
  ["found when it could not start", undefined, failed, "CREATED STOPPED"],
  ["started once more", ended, runsAgain, "STARTED"],
  ["restarted between two looks", runs, runsAgain, "STOPPED STARTED"],
  ["restarted and ended between two looks", runs, endedAgain, "STOPPED STARTED STOPPED"],
  ["as before", runs, runs, ""],
  ["ended, and its time is known better", ended, facts(5n, 7n), ""],
  ["never there", undefined, undefined, ""],
];

for (const [what, before, after, expected] of cases) {
  test(`a container that was ${what}: ${expected || "nothing"}`, () => {
    assert.equal(containerTransitions(before, after).join(" "), expected);
  });
}

test("a sandbox lives as the process that holds its namespaces", () => {
  const sandbox = (startedAtNanos: bigint, finishedAtNanos: bigint) => ({
    pid: 0,
    startedAtNanos,
    finishedAtNanos,
    ips: [],
  });
  const ready = sandbox(5n, 0n);
  const gone = sandbox(5n, 6n);
  assert.deepEqual(sandboxTransitions(undefined, ready), ["CREATED", "STARTED"]);
  assert.deepEqual(sandboxTransitions(ready, { ...ready, ips: ["10.0.0.2"] }), []);
  assert.deepEqual(sandboxTransitions(ready, gone), ["STOPPED"]);
  assert.deepEqual(sandboxTransitions(gone, undefined), ["DELETED"]);
  assert.deepEqual(sandboxTransitions(ready, undefined), ["STOPPED", "DELETED"]);
  assert.deepEqual(sandboxTransitions(undefined, sandbox(0n, 0n)), ["CREATED"]);
});

/** What may follow what, in any life. */
const successors: Readonly<Record<ContainerEventType, readonly ContainerEventType[]>> = {
  CREATED: ["STARTED", "STOPPED", "DELETED"],
  STARTED: ["STOPPED"],
  STOPPED: ["STARTED", "DELETED"],
  DELETED: [],
};

test("whatever is reported in whatever order, the events are one life in order", () => {
  const time = fc.bigInt(0n, 4n);
  const report = fc.tuple(time, time).map(([start, end]) => facts(start, end));
  fc.assert(
    fc.property(fc.array(report, { minLength: 1 }), (reports) => {
      const told: ContainerEventType[] = [];
      let known: ContainerFacts | undefined;
      for (const one of reports) {
        const next = known === undefined ? one : mergeContainerFacts(known, one);
        told.push(...containerTransitions(known, next));
        known = next;
      }
      told.push(...containerTransitions(known, undefined));
      assert.equal(told[0], "CREATED");
      assert.equal(told.at(-1), "DELETED");
      for (const [i, type] of told.slice(1).entries()) {
        const before = told[i];
        assert.ok(before !== undefined && successors[before].includes(type), told.join(" "));
      }
    }),
  );
});
