import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { ManualClock } from "../../test/fakes/manual-clock.ts";
import { ProcessSampler } from "./process-sampler.ts";
import { TimeSlices } from "./time-slices.ts";

function setUp(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "processes-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const clock = new ManualClock();
  const sampler = new ProcessSampler({ clock, slices: new TimeSlices(clock) });
  /** This process runs, so each of its threads listed is a running one. */
  const list = (threads: number) => {
    writeFileSync(join(folder, "cgroup.procs"), `${process.pid}\n`);
    writeFileSync(join(folder, "tasks"), `${process.pid}\n`.repeat(threads));
  };
  list(1);
  const cgroup = { controllers: new Map([["cpu", folder]]), unified: undefined };
  return { clock, list, figures: () => sampler.figures(process.pid, cgroup) };
}

test("a count stands for ten seconds", async (t) => {
  const { clock, list, figures } = setUp(t);
  const first = await figures();
  assert.equal(first?.tasks?.running, 1n);
  list(3);
  clock.advance(9_999);
  assert.equal(await figures(), first);
  clock.advance(1);
  assert.equal((await figures())?.tasks?.running, 3n);
});

test("the load begins with the first look and follows with time", async (t) => {
  const { clock, list, figures } = setUp(t);
  assert.equal((await figures())?.tasks?.loadMillis, 1_000n);
  list(3);
  clock.advance(10_000);
  // What was is worth 1/e after ten seconds: 1 × 0.368 + 3 × 0.632.
  assert.equal((await figures())?.tasks?.loadMillis, 2_264n);
  clock.advance(1_000_000);
  assert.equal((await figures())?.tasks?.loadMillis, 3_000n);
});

test("a container without a cgroup has no figures", async () => {
  const clock = new ManualClock();
  const sampler = new ProcessSampler({ clock, slices: new TimeSlices(clock) });
  const nowhere = { controllers: new Map(), unified: undefined };
  assert.equal(await sampler.figures(process.pid, nowhere), undefined);
});
