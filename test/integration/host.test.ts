import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rmdir } from "node:fs/promises";
import { test } from "node:test";
import { ensureFolders } from "../../src/host/client-path.ts";
import { replaceFile } from "../../src/host/replace-file.ts";
import { CriError } from "../../src/model/error.ts";
import { command } from "../harness/command.ts";

async function mounted(options: string): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp("/tmp/cri-ferry-host-");
  await command("mount", ["-t", "tmpfs", "-o", options, "tmpfs", path]);
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      await command("umount", [path]);
      await rmdir(path);
    },
  };
}

const isExhausted = (thrown: unknown) => {
  assert.ok(thrown instanceof CriError);
  assert.equal(thrown.kind, "ResourceExhausted", thrown.message);
  return true;
};

test("on a full disk a file keeps its content, and nothing else is left", async () => {
  await using disk = await mounted("size=64k");
  const path = `${disk.path}/state`;
  await replaceFile(path, "old", { mode: 0o600, durable: true });
  const tooMuch = Buffer.alloc(1 << 20);
  await assert.rejects(replaceFile(path, tooMuch, { mode: 0o600, durable: true }), isExhausted);
  assert.equal(await readFile(path, "utf8"), "old");
  assert.deepEqual(await readdir(disk.path), ["state"]);
});

test("on a read-only disk writing and making folders are ResourceExhausted", async () => {
  await using disk = await mounted("ro");
  await assert.rejects(
    replaceFile(`${disk.path}/a`, "x", { mode: 0o600, durable: false }),
    isExhausted,
  );
  await assert.rejects(ensureFolders([`${disk.path}/a`], AbortSignal.timeout(10_000)), isExhausted);
});

test("without inodes left folders are ResourceExhausted", async () => {
  await using disk = await mounted("nr_inodes=2");
  await ensureFolders([`${disk.path}/a`], AbortSignal.timeout(10_000));
  await assert.rejects(ensureFolders([`${disk.path}/b`], AbortSignal.timeout(10_000)), isExhausted);
});
