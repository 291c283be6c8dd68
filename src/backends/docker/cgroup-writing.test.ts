import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { writeCgroupLimits, writeOomScoreAdj } from "./cgroup-writing.ts";

/** A container that has ended, and whose process's number is now ours. */
const recycled = { pid: process.pid, containerId: "f".repeat(64) };

test("a process that is not the container's is not written to", async () => {
  const before = await readFile("/proc/self/oom_score_adj", "utf8");
  const score = Number(before) === 1000 ? 999 : 1000;
  await assert.rejects(writeOomScoreAdj(recycled, score), { kind: "NotFound", message: /f{64}/ });
  assert.equal(await readFile("/proc/self/oom_score_adj", "utf8"), before);
  const write = { controller: "cpu", file: "cpu.shares", value: "2", upperBound: true };
  await assert.rejects(writeCgroupLimits(recycled, [{ ...write, required: false }]), {
    kind: "NotFound",
  });
});
