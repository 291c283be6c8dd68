import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "./clock.ts";

test("wall time is nanoseconds since 1970", () => {
  const before = BigInt(Date.now()) * 1_000_000n;
  const now = systemClock.nowNanos();
  assert.ok(now >= before && now <= BigInt(Date.now()) * 1_000_000n);
});

test("a sleep that is aborted rejects with the signal's own reason", async () => {
  const controller = new AbortController();
  const reason = new Error("shutting down");
  const sleeping = systemClock.sleep(1_000_000, controller.signal);
  controller.abort(reason);
  await assert.rejects(sleeping, (thrown) => thrown === reason);
});

test("a sleep ends, and not before its time", async () => {
  const start = systemClock.monotonicMillis();
  await systemClock.sleep(5);
  // Timers count whole milliseconds and may fire a fraction early.
  assert.ok(systemClock.monotonicMillis() - start >= 4);
});
