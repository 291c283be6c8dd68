import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { CriError } from "../model/error.ts";
import { withDeadline } from "./deadline.ts";

test("the deadline aborts as DeadlineExceeded", async () => {
  const signal = withDeadline(new AbortController().signal, 1);
  if (!signal.aborted) await once(signal, "abort");
  assert.equal(CriError.from(signal.reason, "x").kind, "DeadlineExceeded");
});

test("the caller's abort passes through as Cancelled", () => {
  const controller = new AbortController();
  const signal = withDeadline(controller.signal, 1_000_000);
  assert.equal(signal.aborted, false);
  controller.abort();
  assert.equal(CriError.from(signal.reason, "x").kind, "Cancelled");
});

test("a deadline beyond what timers hold is no deadline of now", async () => {
  for (const millis of [2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
    const signal = withDeadline(new AbortController().signal, millis);
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(signal.aborted, false);
  }
});
