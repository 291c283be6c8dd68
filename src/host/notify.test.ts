import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { notifySystemd, watchdogIntervalMillis } from "./notify.ts";

test("nothing is run when systemd did not ask", async () => {
  delete process.env["NOTIFY_SOCKET"];
  await notifySystemd("READY=1", AbortSignal.abort());
});

test("systemd-notify gets the state and the socket", async (t) => {
  const folder = await mkdtemp("/tmp/cri-ferry-notify-");
  const path = process.env["PATH"];
  await writeFile(
    `${folder}/systemd-notify`,
    `#!/bin/sh\necho "$NOTIFY_SOCKET $*" >${folder}/said\n`,
  );
  await chmod(`${folder}/systemd-notify`, 0o755);
  process.env["PATH"] = `${folder}:${path}`;
  process.env["NOTIFY_SOCKET"] = "/run/notify";
  t.after(async () => {
    process.env["PATH"] = path;
    delete process.env["NOTIFY_SOCKET"];
    await rm(folder, { recursive: true });
  });
  await notifySystemd("READY=1", AbortSignal.timeout(10_000));
  assert.equal(await readFile(`${folder}/said`, "latin1"), "/run/notify READY=1\n");
});

test("the watchdog is fed at half its time, but not more often than every 30 s", () => {
  assert.equal(watchdogIntervalMillis({ WATCHDOG_USEC: "180000000" }), 90_000);
  assert.equal(watchdogIntervalMillis({ WATCHDOG_USEC: "20000000" }), 30_000);
});

test("no watchdog, or another process's, means no beat", () => {
  assert.equal(watchdogIntervalMillis({}), undefined);
  assert.equal(watchdogIntervalMillis({ WATCHDOG_USEC: "nonsense" }), undefined);
  assert.equal(watchdogIntervalMillis({ WATCHDOG_USEC: "1000000", WATCHDOG_PID: "1" }), undefined);
});
