import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { CriError } from "../model/error.ts";
import { cgroupOf, readCgroupFile, resolveCgroup, writeCgroupFile } from "./cgroup.ts";

const isKind = (kind: string) => (thrown: unknown) =>
  thrown instanceof CriError && thrown.kind === kind;

test("a hybrid node gives folders of both kinds", () => {
  const mounts = [
    { mountpoint: "/v1/cpu", root: "/", controllers: ["rw", "cpu", "cpuacct"] },
    { mountpoint: "/v2", root: "/", controllers: [] },
  ];
  const paths = resolveCgroup(mounts, "3:cpu,cpuacct:/pod\n2:memory:/pod\n0::/other\n");
  assert.deepEqual(
    [...paths.controllers],
    [
      ["cpu", "/v1/cpu/pod"],
      ["cpuacct", "/v1/cpu/pod"],
    ],
  );
  assert.equal(paths.unified, "/v2/other");
});

test("this process has a cgroup whose procs hold it", async () => {
  const { controllers, unified } = await cgroupOf(process.pid);
  const folder = controllers.get("memory") ?? unified;
  assert.ok(folder !== undefined);
  const procs = await readCgroupFile(folder, "cgroup.procs");
  assert.ok(procs?.split("\n").includes(String(process.pid)));
});

test("a process that does not exist is NotFound", async () => {
  await assert.rejects(cgroupOf(2 ** 30), isKind("NotFound"));
});

test("files are read and written inside the folder only, and never made", async (t) => {
  const folder = await mkdtemp("/tmp/cri-ferry-cgroup-");
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(`${folder}/memory.max`, "max\n");
  await writeCgroupFile(folder, "memory.max", "1024");
  assert.equal(await readFile(`${folder}/memory.max`, "latin1"), "1024");
  assert.equal(await readCgroupFile(folder, "memory.low"), undefined);
  await assert.rejects(writeCgroupFile(folder, "memory.low", "1"), isKind("FailedPrecondition"));
  for (const name of ["../x", "a/b", "..", ".", "", "a\0"]) {
    await assert.rejects(writeCgroupFile(folder, name, "1"), isKind("InvalidArgument"));
    await assert.rejects(readCgroupFile(folder, name), isKind("InvalidArgument"));
  }
  assert.deepEqual(await readdir(folder), ["memory.max"]);
});
