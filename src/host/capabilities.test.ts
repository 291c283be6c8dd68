import assert from "node:assert/strict";
import { test } from "node:test";
import { capabilitiesIn, minOomScoreAdj, ownCapabilities } from "./capabilities.ts";

test("only what is bounding and effective counts", () => {
  const status = "CapEff:\t0000000000000023\nCapBnd:\t0000000000200021\n";
  assert.deepEqual(capabilitiesIn(status), ["CHOWN", "KILL"]);
});

test("all 41 bits have names", () => {
  const all = capabilitiesIn("CapEff:\t000001ffffffffff\nCapBnd:\t000001ffffffffff\n");
  assert.deepEqual(
    [all.length, all[0], all[24], all[40]],
    [41, "CHOWN", "SYS_RESOURCE", "CHECKPOINT_RESTORE"],
  );
});

test("the lowest oom_score_adj follows from CAP_SYS_RESOURCE", () => {
  const lowest = minOomScoreAdj();
  assert.ok(lowest >= -1000 && lowest <= 1000);
  assert.equal(ownCapabilities().includes("SYS_RESOURCE"), lowest === -1000);
});
