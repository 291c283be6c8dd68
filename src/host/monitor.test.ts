import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { startMonitor } from "./monitor.ts";

test("a monitor that was not told to begin makes nothing", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "monitor-"));
  t.after(() => rm(folder, { recursive: true }));
  const started = Promise.withResolvers<number>();
  const start = {
    file: "sh",
    // As conmon does it: whatever ends the wait, the container is made.
    args: ["-c", "read -r word <&4; touch made"],
    cwd: folder,
    prepare: async (pid: number) => {
      started.resolve(pid);
      throw new Error("no such cgroup");
    },
    timeoutMillis: 10_000,
  };
  await assert.rejects(startMonitor(start, new AbortController().signal), /no such cgroup/);
  const pid = await started.promise;
  const signal = AbortSignal.timeout(10_000);
  while (existsSync(`/proc/${pid}`)) await setTimeout(5, undefined, { signal });
  assert.equal(existsSync(join(folder, "made")), false);
});
