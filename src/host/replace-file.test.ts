import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { type TestContext, test } from "node:test";
import { CriError } from "../model/error.ts";
import { replaceFile } from "./replace-file.ts";

async function folderFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp("/tmp/cri-ferry-replace-");
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

test("the file has exactly the content and the mode, old content or not", async (t) => {
  const folder = await folderFor(t);
  await writeFile(`${folder}/a`, "a much longer old content", { mode: 0o644 });
  await replaceFile(`${folder}/a`, "new", { mode: 0o600, durable: true });
  assert.equal(await readFile(`${folder}/a`, "utf8"), "new");
  assert.equal((await stat(`${folder}/a`)).mode & 0o7777, 0o600);
  assert.deepEqual(await readdir(folder), ["a"]);
});

test("the mode is not narrowed by the umask", async (t) => {
  const folder = await folderFor(t);
  await replaceFile(`${folder}/a`, Uint8Array.of(0, 255), { mode: 0o666, durable: false });
  assert.equal((await stat(`${folder}/a`)).mode & 0o7777, 0o666);
});

test("many writers at once leave one whole content and no temporary file", async (t) => {
  const folder = await folderFor(t);
  const contents = Array.from({ length: 20 }, (_, n) => String(n).repeat(1000));
  await Promise.all(
    contents.map((text) => replaceFile(`${folder}/a`, text, { mode: 0o600, durable: false })),
  );
  assert.ok(contents.includes(await readFile(`${folder}/a`, "utf8")));
  assert.deepEqual(await readdir(folder), ["a"]);
});

test("when the rename fails the temporary file is removed and the path is named", async (t) => {
  const folder = await folderFor(t);

  await mkdir(`${folder}/a/full`, { recursive: true });
  await assert.rejects(
    replaceFile(`${folder}/a`, "x", { mode: 0o600, durable: true }),
    (thrown) => thrown instanceof CriError && thrown.message.includes(`${folder}/a`),
  );
  assert.deepEqual(await readdir(folder), ["a"]);
});

test("a missing folder is an error and is not made", async (t) => {
  const folder = await folderFor(t);
  await assert.rejects(
    replaceFile(`${folder}/no/a`, "x", { mode: 0o600, durable: false }),
    CriError,
  );
  assert.deepEqual(await readdir(folder), []);
});
