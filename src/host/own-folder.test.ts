import assert from "node:assert/strict";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { CriError } from "../model/error.ts";
import { makeFolder, prepareFolder } from "./own-folder.ts";

async function temporary(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "cf-own-folder-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

test("a folder is made with its parents, and left as it is the next time", async () => {
  await using folder = await temporary();
  const deep = join(folder.path, "a/b/c");
  await makeFolder(deep, 0o700);
  await makeFolder(deep, 0o755);
  assert.equal((await stat(deep)).mode & 0o777, 0o700);
});

test("two at once make the same folder", async () => {
  await using folder = await temporary();
  const deep = join(folder.path, "a/b/c");
  await Promise.all([makeFolder(deep, 0o700), makeFolder(deep, 0o700)]);
  assert.ok((await stat(deep)).isDirectory());
});

test("where no folder can be made it ends, and the setting is named", async () => {
  await assert.rejects(
    prepareFolder({ path: "/proc/cri-ferry/root", mode: 0o700, setting: "state.root" }),
    (thrown) => {
      assert.ok(thrown instanceof CriError);
      assert.equal(thrown.kind, "FailedPrecondition");
      assert.match(
        thrown.message,
        /^state\.root needs a folder .* \/proc\/cri-ferry\/root cannot: ENOENT/,
      );
      return true;
    },
  );
});

test("a file in the place of a folder is refused", async () => {
  await using folder = await temporary();
  const file = join(folder.path, "file");
  await writeFile(file, "");
  for (const path of [file, join(file, "below")]) {
    await assert.rejects(
      prepareFolder({ path, mode: 0o700, setting: "state.run" }),
      /^CriError: state\.run needs a folder .*: ENOTDIR/,
    );
  }
});
