import assert from "node:assert/strict";
import { test } from "node:test";
import type { EngineOverview } from "../model/overview.ts";
import { type Condition, ready } from "../model/runtime.ts";
import { readinessOf, readinessText } from "./readiness.ts";

const hangs: Condition = { ok: false, reason: "DockerHangs", message: "no answer\nin 5 s" };
const engine = (
  name: EngineOverview["engine"],
  condition: Condition,
  networkCondition: Condition,
): EngineOverview => ({
  engine: name,
  condition,
  networkCondition,
  podSandboxes: { READY: 0, NOTREADY: 0 },
  containers: { CREATED: 0, RUNNING: 0, EXITED: 0, UNKNOWN: 0 },
});

const cases: readonly (readonly [readonly EngineOverview[], Condition, boolean])[] = [
  [[engine("docker", ready, ready)], ready, true],
  [[engine("docker", hangs, ready)], ready, false],
  [[engine("docker", ready, hangs)], ready, false],
  [[engine("docker", ready, ready)], hangs, false],
  [[engine("docker", hangs, ready), engine("runc", ready, ready)], ready, true],
  [[], ready, false],
];

for (const [engines, lists, expected] of cases) {
  const text = readinessText(readinessOf(engines, lists), false);
  test(`${expected ? "ready" : "not ready"} with ${text.split("\n").slice(1).join(" ")}`, () =>
    assert.equal(readinessOf(engines, lists).ready, expected));
}

test("the short text has reasons, the long one words, each condition on one line", () => {
  const readiness = readinessOf([engine("docker", hangs, ready)], ready);
  const short = "not ready\nengine docker: DockerHangs\nnetwork docker: ok\nlists: ok\n";
  assert.equal(readinessText(readiness, false), short);
  assert.equal(
    readinessText(readiness, true),
    short.replace("DockerHangs", "DockerHangs: no answer in 5 s"),
  );
});
