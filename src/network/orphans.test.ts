import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../host/clock.ts";
import { exec } from "../host/exec.ts";
import { killOrphans } from "./orphans.ts";

const { signal } = new AbortController();

/** Runs a program in the environment of a plugin; it is there when this returns. */
function plugin(sandboxId: string) {
  const env = { PATH: process.env["PATH"] ?? "", CNI_CONTAINERID: sandboxId };
  return exec("sleep", ["30"], { signal, timeoutMillis: 20_000, env });
}

test("the plugins of those sandboxes are ended, and no others", async () => {
  const [one, other] = [`orphan-${process.pid}-1`, `orphan-${process.pid}-2`];
  const ended = plugin(one);
  const spared = plugin(other);
  assert.equal(await killOrphans([one], systemClock), 1);
  assert.equal((await ended).exitCode, 137);
  assert.equal(await killOrphans([one], systemClock), 0);
  assert.equal(await killOrphans([other], systemClock), 1);
  assert.equal((await spared).exitCode, 137);
});
