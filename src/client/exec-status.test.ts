import assert from "node:assert/strict";
import { test } from "node:test";
import { exitCodeOf } from "./exec-status.ts";

test("a success is 0, an exit code is itself, and nothing is a loss", () => {
  const causes = [{ reason: "ExitCode", message: "7" }];
  const failure = { status: "Failure", reason: "NonZeroExitCode", details: { causes } };
  assert.throws(() => exitCodeOf(""), { kind: "Unavailable" });
  assert.equal(exitCodeOf('{"metadata":{},"status":"Success"}'), 0);
  assert.equal(exitCodeOf(JSON.stringify(failure)), 7);
});

test("any other failure is thrown with the server's words", () => {
  const status = { status: "Failure", message: "no such container", reason: "InternalError" };
  assert.throws(() => exitCodeOf(JSON.stringify(status)), { message: "no such container" });
  assert.throws(() => exitCodeOf("error of an old server"), { message: "error of an old server" });
  const causes = [{ reason: "ExitCode", message: "x" }];
  const odd = { status: "Failure", reason: "NonZeroExitCode", message: "odd", details: { causes } };
  assert.throws(() => exitCodeOf(JSON.stringify(odd)), { message: "odd" });
});
