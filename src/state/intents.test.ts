import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Intents } from "./intents.ts";

void test("names that were begun and not ended are read again, in files of root's own", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "intents-"));
  t.after(() => rm(folder, { recursive: true }));
  const first = new Intents(join(folder, "creating"));
  assert.deepEqual(await first.load(), new Set());
  await first.begin("a/../b");
  await first.begin("done");
  await first.end("done");
  await first.end("never begun");
  assert.deepEqual(await new Intents(join(folder, "creating")).load(), new Set(["a/../b"]));
  assert.equal((await stat(join(folder, "creating"))).mode & 0o777, 0o700);
});

void test("a note that was cut short or damaged is nobody's name, and goes", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "intents-"));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, ".0a.0123456789ab.tmp"), "hal");
  await writeFile(join(folder, "0b"), "garbage");
  await mkdir(join(folder, "0c"));
  assert.deepEqual(await new Intents(folder).load(), new Set());
  assert.deepEqual(await readdir(folder), []);
});
