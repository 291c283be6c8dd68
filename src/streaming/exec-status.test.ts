import assert from "node:assert/strict";
import { test } from "node:test";
import { CriError } from "../model/error.ts";
import { statusText } from "./exec-status.ts";

test("clients read the exit code from a status of Kubernetes' API", () => {
  assert.deepEqual(JSON.parse(statusText({ type: "exited", exitCode: 0 }, "json")), {
    status: "Success",
  });
  assert.deepEqual(JSON.parse(statusText({ type: "exited", exitCode: 7 }, "json")), {
    status: "Failure",
    message: "command terminated with non-zero exit code: 7",
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: "7" }] },
  });
  const error = new CriError("NotFound", "no such container");
  assert.deepEqual(JSON.parse(statusText({ type: "failed", error }, "json")), {
    status: "Failure",
    message: "no such container",
    reason: "InternalError",
    code: 500,
  });
});

test("older ones read a text, and nothing for a success", () => {
  assert.equal(statusText({ type: "exited", exitCode: 0 }, "text"), "");
  assert.equal(
    statusText({ type: "exited", exitCode: 1 }, "text"),
    "command terminated with non-zero exit code: 1",
  );
});

test("an exit code has eight bits", () => {
  assert.match(statusText({ type: "exited", exitCode: 300 }, "json"), /"message":"255"/);
  assert.match(statusText({ type: "exited", exitCode: -1 }, "text"), /: 255$/);
});
