import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { CriError } from "../model/error.ts";
import { openLogFile } from "./log-folder.ts";

function folderIn(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "cri-ferry-folder-"));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "pod/main"), { recursive: true });
  return folder;
}

function refused(words: RegExp): (thrown: unknown) => boolean {
  return (thrown) =>
    thrown instanceof CriError &&
    thrown.kind === "FailedPrecondition" &&
    words.test(thrown.message);
}

test("a log file is made for its owner and group", async (t) => {
  const folder = folderIn(t);
  const logDirectory = join(folder, "pod");
  const logFile = join(logDirectory, "main/0.log");
  await using _file = await openLogFile({ logFile, logDirectory });
  assert.equal(statSync(logFile).mode & 0o777, 0o640);
});

test("the log directory itself may be reached by a link", async (t) => {
  const folder = folderIn(t);
  symlinkSync(join(folder, "pod"), join(folder, "link"));
  const logDirectory = join(folder, "link");
  await using _file = await openLogFile({
    logFile: join(logDirectory, "main/0.log"),
    logDirectory,
  });
});

test("a link in place of the file or of its folder is not followed", async (t) => {
  const folder = folderIn(t);
  const logDirectory = join(folder, "pod");
  mkdirSync(join(folder, "elsewhere"));
  symlinkSync(join(folder, "elsewhere/victim"), join(logDirectory, "main/0.log"));
  symlinkSync(join(folder, "elsewhere"), join(logDirectory, "other"));
  await assert.rejects(
    openLogFile({ logFile: join(logDirectory, "main/0.log"), logDirectory }),
    refused(/main\/0\.log is a symbolic link/),
  );
  await assert.rejects(
    openLogFile({ logFile: join(logDirectory, "other/0.log"), logDirectory }),
    refused(/leads to .*elsewhere, outside of/),
  );
  assert.deepEqual(readdirSync(join(folder, "elsewhere")), []);
});

test("what is no regular file is refused without waiting for it", async (t) => {
  const folder = folderIn(t);
  const logFile = join(folder, "pod/0.log");
  execFileSync("mkfifo", [logFile]);
  await assert.rejects(openLogFile({ logFile }), refused(/0\.log is no regular file/));
});

test("a missing folder is told by its path", async (t) => {
  const folder = folderIn(t);
  await assert.rejects(openLogFile({ logFile: join(folder, "none/0.log") }), /log folder .*none/);
});
