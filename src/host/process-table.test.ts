import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { hasInEnvironment, parseStat, pidsInCgroup, readProcess } from "./process-table.ts";

test("fields are counted from the end of the name, whatever is in it", () => {
  const rest = "R 3 4 5 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 12345 0";
  assert.deepEqual(parseStat(7, `7 (a) S (b) ${rest}`), {
    pid: 7,
    startTime: "12345",
    parent: 3,
    session: 5,
    isZombie: false,
  });
  assert.equal(parseStat(7, `7 (a) ${rest.replace("R", "Z")}`)?.isZombie, true);
  assert.equal(parseStat(7, ""), undefined);
});

test("a process knows its parent and its environment", async (t) => {
  const child = spawn("sleep", ["1000"], {
    env: { PATH: process.env["PATH"], CF_A: "1", CF_AB: "12" },
  });
  t.after(() => child.kill());
  await once(child, "spawn");
  const pid = child.pid ?? 0;
  assert.equal((await readProcess(pid))?.parent, process.pid);
  assert.equal(await hasInEnvironment(pid, "CF_A=1"), true);
  assert.equal(await hasInEnvironment(pid, "CF_AB=1"), false);
  assert.equal(await hasInEnvironment(pid, "F_A=1"), false);
});

test("what is not there has nothing", async () => {
  assert.equal(await readProcess(2 ** 30), undefined);
  assert.equal(await hasInEnvironment(2 ** 30, "A=1"), false);
  assert.deepEqual(await pidsInCgroup("/no/such/cgroup"), []);
});

test("pids of cgroups below count", async (t) => {
  const folder = mkdtempSync("/tmp/cri-ferry-procs-");
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(`${folder}/a/b`, { recursive: true });
  writeFileSync(`${folder}/cgroup.procs`, "1\n2\n");
  writeFileSync(`${folder}/a/cgroup.procs`, "");
  writeFileSync(`${folder}/a/b/cgroup.procs`, "3\n");
  assert.deepEqual(await pidsInCgroup(folder), [1, 2, 3]);
});
