import assert from "node:assert/strict";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { maxOpenFilesOf, type ProcessScan, scanProcesses } from "./process-scan.ts";

/** A folder that lists this process, as a cgroup would, and another that has ended. */
function listed(t: TestContext, threads: readonly number[] = [process.pid]) {
  const folder = mkdtempSync(join(tmpdir(), "scan-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "cgroup.procs"), `${process.pid}\n4194305\n`);
  writeFileSync(join(folder, "tasks"), threads.map((thread) => `${thread}\n`).join(""));
  return { folder, threadsFile: "tasks" } as const;
}

function scan(lists: ReturnType<typeof listed>): { result: ProcessScan; steps: number } {
  const running = scanProcesses(lists);
  for (let steps = 1; ; steps += 1) {
    const step = running.next();
    if (step.done === true) return { result: step.value, steps };
  }
}

test("descriptors and sockets of every process are counted, in steps", async (t) => {
  const lists = listed(t);
  const before = scan(lists).result;
  const files = Array.from({ length: 100 }, () => openSync("/dev/null", "r"));
  const servers = Array.from({ length: 3 }, () => createServer());
  await Promise.all(
    servers.map((server) => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))),
  );
  const { result, steps } = scan(lists);
  assert.equal(result.processes, 2);
  assert.equal(result.fileDescriptors - before.fileDescriptors, 103);
  assert.equal(result.sockets - before.sockets, 3);
  assert.ok(steps > 3);
  for (const file of files) closeSync(file);
  for (const server of servers) server.close();
});

test("threads are counted by what they do; one that has ended is not", (t) => {
  const { states } = scan(listed(t, [process.pid, 4_194_305])).result;
  assert.deepEqual([...(states ?? [])], [["R", 1]]);
});

test("too many threads are not looked at", (t) => {
  const threads = Array.from({ length: 2_001 }, () => process.pid);
  assert.equal(scan(listed(t, threads)).result.states, undefined);
});

test("a cgroup that is gone holds nothing", () => {
  const { result } = scan({ folder: "/no/such/cgroup", threadsFile: "tasks" });
  assert.deepEqual(result, { processes: 0, fileDescriptors: 0, sockets: 0, states: new Map() });
});

test("the limit of open files is the soft one", () => {
  const [, soft] = /^Max open files +(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
  assert.equal(maxOpenFilesOf(process.pid), BigInt(soft ?? ""));
  assert.equal(maxOpenFilesOf(4_194_305), undefined);
});
