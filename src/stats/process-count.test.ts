import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { KernelFiles } from "./kernel-files.ts";
import { processCount } from "./process-count.ts";

function setUp(t: TestContext, tasks: string) {
  const folder = mkdtempSync(join(tmpdir(), "process-count-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "pids.current"), tasks);
  writeFileSync(join(folder, "cgroup.procs"), "11\n12\n");
  const count = (name = "") =>
    processCount(new KernelFiles(0), {
      controllers: new Map(),
      unified: join(folder, name),
    });
  return { folder, count };
}

test("processes are counted, not threads", (t) => {
  assert.equal(setUp(t, "30\n").count(), 2n);
});

test("those in cgroups below count too", (t) => {
  const { folder, count } = setUp(t, "30\n");
  mkdirSync(join(folder, "init/deep"), { recursive: true });
  writeFileSync(join(folder, "init/cgroup.procs"), "13\n");
  writeFileSync(join(folder, "init/deep/cgroup.procs"), "14\n");
  assert.equal(count(), 4n);
});

test("a single task is a single process, wherever it is", (t) => {
  const { folder, count } = setUp(t, "1\n");
  writeFileSync(join(folder, "cgroup.procs"), "");
  assert.equal(count(), 1n);
});

test("a cgroup that is gone has no count", (t) => {
  assert.equal(setUp(t, "1\n").count("gone"), undefined);
});
