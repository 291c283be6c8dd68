import assert from "node:assert/strict";
import { test } from "node:test";
import { TimeSlices } from "./time-slices.ts";

test("after five milliseconds of work the event loop gets its turn", async () => {
  let millis = 0;
  const slices = new TimeSlices({ monotonicMillis: () => millis });
  const log: string[] = [];
  const jobs = ["a", "b", "c", "d"].map((name) =>
    slices.run(() => {
      log.push(name);
      millis += 3;
      if (name === "b") setImmediate(() => log.push("turn"));
    }),
  );
  await Promise.all(jobs);
  assert.deepEqual(log, ["a", "b", "turn", "c", "d"]);
});

test("a failure is its own caller's only", async () => {
  const slices = new TimeSlices({ monotonicMillis: () => 0 });
  const bad = slices.run(() => {
    throw new Error("bad");
  });
  const good = slices.run(() => 3);
  await assert.rejects(bad, /bad/);
  assert.equal(await good, 3);
});
