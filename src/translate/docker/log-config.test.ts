import assert from "node:assert/strict";
import { test } from "node:test";
import { docker20 } from "../../../test/fixtures/docker-pod.ts";
import { dockerLogConfig, logBufferForLag } from "./log-config.ts";

const mebi = 1024 * 1024;

test("the buffer is cut into four files", () => {
  assert.deepEqual(dockerLogConfig(32 * mebi, docker20)?.Config, {
    "max-size": String(8 * mebi),
    "max-file": "4",
  });
});

test("a buffer that is to cover a lag leaves that much after a rotation", () => {
  const buffer = logBufferForLag(128 * mebi);
  const size = Number(dockerLogConfig(buffer, docker20)?.Config?.["max-size"]);
  assert.ok(size * 3 >= 128 * mebi);
  assert.ok(buffer <= 171 * mebi);
});

test("a daemon with another readable driver keeps it; one that drops logs does not", () => {
  assert.equal(dockerLogConfig(mebi, { ...docker20, loggingDriver: "journald" }), undefined);
  const none = { ...docker20, loggingDriver: "none" };
  assert.equal(dockerLogConfig(mebi, none)?.Type, "json-file");
});
