import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { processStartTime, processTree, sendSignal } from "./identity.ts";

test("a process has a start time, a missing one has none", async () => {
  assert.match((await processStartTime(process.pid)) ?? "", /^\d+$/);
  assert.equal(await processStartTime(2 ** 30), undefined);
});

test("a name full of parentheses and spaces does not move the fields", async (t) => {
  const child = spawn("bash", ["-c", "printf ') 1 (2' > /proc/self/comm; read x"], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  t.after(() => child.kill());
  await once(child, "spawn");
  const mine = Number(await processStartTime(process.pid));
  assert.ok(Number(await processStartTime(child.pid ?? 0)) >= mine);
});

test("a signal reaches the process it is meant for and no later one of its number", async () => {
  const child = spawn("sleep", ["1000"]);
  await once(child, "spawn");
  const pid = child.pid ?? 0;
  const startTime = (await processStartTime(pid)) ?? "";
  assert.equal(sendSignal(pid, `${startTime}0`, "SIGKILL"), false);
  assert.equal(sendSignal(pid, startTime, "SIGTERM"), true);
  const [, signal] = await once(child, "exit");
  assert.equal(signal, "SIGTERM");
  assert.equal(sendSignal(pid, startTime, "SIGKILL"), false);
});

test("pid 0 and 1 never get a signal: 0 would be our own group", () => {
  assert.equal(sendSignal(0, "0", "SIGKILL"), false);
  assert.equal(sendSignal(1, "0", "SIGKILL"), false);
});

test("a tree holds grandchildren, parents first", async (t) => {
  const child = spawn("sh", ["-c", "sleep 1000 & echo; wait"], {
    stdio: ["pipe", "pipe", "ignore"],
    detached: true,
  });
  t.after(() => process.kill(-(child.pid ?? 0), "SIGKILL"));
  await once(child.stdout, "data");
  const tree = await processTree(child.pid ?? 0);
  assert.equal(tree[0]?.pid, child.pid);
  assert.equal(tree.length, 2);
});
