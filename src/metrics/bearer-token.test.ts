import assert from "node:assert/strict";
import { test } from "node:test";
import { BearerToken } from "./bearer-token.ts";

test("only the token opens, as the scheme Bearer in any case", () => {
  const token = new BearerToken();
  assert.equal(token.isIn("Bearer secret"), false);
  token.use("secret\n");
  for (const right of ["Bearer secret", "bearer secret", "BEARER  secret"])
    assert.equal(token.isIn(right), true, right);
  for (const wrong of [
    undefined,
    "",
    "secret",
    "Bearer",
    "Bearer ",
    "Basic secret",
    "Bearer secre",
    "Bearer secret2",
    "Bearer secret x",
  ])
    assert.equal(token.isIn(wrong), false, wrong ?? "none");
});

test("a new token replaces the old one, one that is none does not", () => {
  const token = new BearerToken();
  token.use("old");
  token.use("new");
  assert.deepEqual([token.isIn("Bearer old"), token.isIn("Bearer new")], [false, true]);
  for (const none of ["", " \n", "two words", "two\nlines"]) {
    assert.throws(
      () => token.use(none),
      (thrown: Error) => !thrown.message.includes("two "),
    );
  }
  assert.equal(token.isIn("Bearer new"), true);
});
