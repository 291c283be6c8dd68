import assert from "node:assert/strict";
import { CriError } from "../src/model/error.ts";

/** Runs what must be refused and returns the message. Fails when it passes or throws anything but CriError InvalidArgument. */
export function refusalOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof CriError, String(error));
    assert.equal(error.kind, "InvalidArgument");
    return error.message;
  }
  return assert.fail("it was accepted");
}
