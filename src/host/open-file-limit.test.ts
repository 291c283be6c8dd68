import assert from "node:assert/strict";
import { test } from "node:test";
import { openFileLimit, parseOpenFileLimit } from "./open-file-limit.ts";

test("the soft limit counts", () => {
  const line = "Max open files            1024                 524288               files     \n";
  assert.equal(parseOpenFileLimit(`Max processes  1 1 processes\n${line}`), 1024);
  assert.equal(parseOpenFileLimit(line.replace("1024", "unlimited")), Number.POSITIVE_INFINITY);
  assert.ok(openFileLimit() > 10);
});
