import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { type TestContext, test } from "node:test";
import { CriError } from "../model/error.ts";
import { ensureFolders, readClientFile, statPaths } from "./client-path.ts";
import { exec } from "./exec.ts";

const signal = () => AbortSignal.timeout(20_000);

async function folderFor(t: TestContext): Promise<string> {
  const folder = await mkdtemp("/tmp/cri-ferry-client-path-");
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

const failsAs = (kind: string, text: string) => (thrown: unknown) => {
  assert.ok(thrown instanceof CriError);
  assert.deepEqual([thrown.kind, thrown.message.includes(text)], [kind, true], thrown.message);
  return true;
};

test("folders are made with their parents, existing ones stay", async (t) => {
  const folder = await folderFor(t);
  await ensureFolders([`${folder}/a/b`, `${folder}/-c`, folder], signal());
  assert.ok((await stat(`${folder}/a/b`)).isDirectory());
  assert.equal((await stat(`${folder}/-c`)).mode & 0o7777, 0o755);
});

test("a file in the way is FailedPrecondition naming it", async (t) => {
  const folder = await folderFor(t);
  await writeFile(`${folder}/f`, "");
  await assert.rejects(
    ensureFolders([`${folder}/f/x`], signal()),
    failsAs("FailedPrecondition", `${folder}/f`),
  );
});

test("every kind of path is told apart, links are followed, odd names survive", async (t) => {
  const folder = await folderFor(t);
  const odd = `${folder}/two\nlines and 'quotes'`;
  await writeFile(odd, "");
  await symlink(folder, `${folder}/link`);
  await symlink("nowhere", `${folder}/dangling`);
  const server = createServer().listen(`${folder}/s`);
  await new Promise((resolve) => server.once("listening", resolve));
  t.after(() => server.close());
  const paths = [
    odd,
    `${folder}/link`,
    "/dev/null",
    `${folder}/s`,
    `${folder}/dangling`,
    `${odd}/below`,
  ];
  assert.deepEqual(await statPaths(paths, signal()), [
    "file",
    "folder",
    "device",
    "socket",
    undefined,
    undefined,
  ]);
});

test("no path needs no child", async () => {
  assert.deepEqual(await statPaths([], AbortSignal.abort()), []);
  await ensureFolders([], AbortSignal.abort());
});

test("a file is read whole up to its bound, and one byte more is refused", async (t) => {
  const folder = await folderFor(t);
  await writeFile(`${folder}/f`, "12345");
  assert.equal((await readClientFile(`${folder}/f`, 5, signal())).toString(), "12345");
  await assert.rejects(
    readClientFile(`${folder}/f`, 4, signal()),
    failsAs("InvalidArgument", `${folder}/f`),
  );
});

test("a missing file is NotFound, a folder FailedPrecondition", async (t) => {
  const folder = await folderFor(t);
  await assert.rejects(
    readClientFile(`${folder}/no`, 10, signal()),
    failsAs("NotFound", `${folder}/no`),
  );
  await assert.rejects(readClientFile(folder, 10, signal()), failsAs("FailedPrecondition", folder));
});

test("a path that never answers is named", async (t) => {
  const folder = await folderFor(t);
  await exec("mkfifo", [`${folder}/fifo`], { signal: signal(), timeoutMillis: 5_000 });
  await assert.rejects(
    readClientFile(`${folder}/fifo`, 10, AbortSignal.timeout(200)),
    failsAs("DeadlineExceeded", `${folder}/fifo did not answer within`),
  );
});

test("of several paths only the dead one is named", async (t) => {
  const folder = await folderFor(t);
  const path = process.env["PATH"];
  await mkdir(`${folder}/bin`);
  // Stands for a stat that hangs in the kernel.
  await writeFile(`${folder}/bin/stat`, '#!/bin/sh\ncase "$*" in *dead*) exec sleep 60;; esac\n');
  await chmod(`${folder}/bin/stat`, 0o755);
  process.env["PATH"] = `${folder}/bin:${path}`;
  t.after(() => {
    process.env["PATH"] = path;
  });
  await assert.rejects(
    statPaths(["/live", "/dead", "/well"], AbortSignal.timeout(300)),
    failsAs("DeadlineExceeded", "/dead did not answer within"),
  );
});
