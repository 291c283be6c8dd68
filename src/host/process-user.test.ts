import assert from "node:assert/strict";
import { test } from "node:test";
import { parseProcessUser, processUser } from "./process-user.ts";

test("ids and groups come from the lines of /proc/PID/status", () => {
  const status =
    "Name:\tsh\nUid:\t1000\t0\t0\t0\nGid:\t2000\t0\t0\t0\nFDSize:\t64\nGroups:\t1000 1234 50000 \nNStgid:\t1\n";
  assert.deepEqual(parseProcessUser(status), {
    uid: 1000,
    gid: 2000,
    supplementalGroups: [1000, 1234, 50000],
  });
});

test("no groups are none, not the next line", () => {
  const status = "Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nGroups:\t \nNStgid:\t17\n";
  assert.deepEqual(parseProcessUser(status)?.supplementalGroups, []);
});

test("our own process is whom Node says, and one that is gone is nobody", async () => {
  const own = await processUser(process.pid);
  if (own !== undefined) assert.equal(own.uid, process.getuid?.());
  assert.equal(await processUser(2 ** 22), undefined);
});
