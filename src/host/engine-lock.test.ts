import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { lockEngine } from "./engine-lock.ts";

test("an engine has one owner, by whatever path it is named, and a new one once that has gone", async () => {
  const base = await mkdtemp(join(tmpdir(), "engine-lock-"));
  try {
    await mkdir(join(base, "run"));
    await symlink(join(base, "run"), join(base, "var-run"));
    const locks = join(base, "locks");
    const held = await lockEngine(join(base, "run/docker.sock"), locks);
    const second = lockEngine(join(base, "var-run/docker.sock"), locks);
    await assert.rejects(second, new RegExp(`another cri-ferry .* pid ${process.pid}`));
    await using other = await lockEngine(join(base, "run/other.sock"), locks);
    assert.ok(other !== undefined);
    await held[Symbol.asyncDispose]();
    const next = await lockEngine(join(base, "run/docker.sock"), locks);
    await next[Symbol.asyncDispose]();
  } finally {
    await rm(base, { recursive: true });
  }
});
