import assert from "node:assert/strict";
import { test } from "node:test";
import { parseForwardedPort } from "./forwarded-port.ts";

test("one port is both, a pair is local and remote, and none before the colon is any", () => {
  assert.deepEqual(parseForwardedPort("80"), { local: 80, remote: 80 });
  assert.deepEqual(parseForwardedPort("8080:80"), { local: 8080, remote: 80 });
  assert.deepEqual(parseForwardedPort(":80"), { local: 0, remote: 80 });
  assert.deepEqual(parseForwardedPort("0:80"), { local: 0, remote: 80 });
});

test("anything else is refused, and what would be right is said", () => {
  for (const text of ["", ":", "80:", "a", "80:0", "0", "65536", "1:2:3", "-1", "70000:80"]) {
    assert.throws(() => parseForwardedPort(text), {
      kind: "InvalidArgument",
      message: /LOCAL:REMOTE/,
    });
  }
});
