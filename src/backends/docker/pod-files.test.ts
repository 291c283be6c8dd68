import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { podSandboxConfig } from "../../../test/contract/requests.ts";
import { podSandboxId } from "../../model/ids.ts";
import type { PodSandbox } from "../../model/pod-sandbox.ts";
import { PodFiles } from "./pod-files.ts";

async function scene(t: TestContext): Promise<{ folder: string; files: PodFiles }> {
  const folder = await mkdtemp(join(tmpdir(), "cri-ferry-pod-files-"));
  t.after(() => rm(folder, { recursive: true }));
  return { folder, files: new PodFiles(join(folder, "pods"), () => ["10.0.0.7"]) };
}

function sandbox(id: string): PodSandbox {
  const dns = { servers: ["10.96.0.10"], searches: [], options: [] };
  const config = { ...podSandboxConfig("web"), hostname: "", dns };
  const createdAtNanos = 1n;
  return { id: podSandboxId(id), engine: "docker", runtimeHandler: "", createdAtNanos, config };
}

test("a pod's files can be read by everybody, whatever the umask", async (t) => {
  const { folder, files } = await scene(t);
  await files.write({ id: "a", dns: undefined, hostname: "web", ips: ["10.0.0.9"] });
  for (const name of ["resolv.conf", "hosts"]) {
    assert.equal((await stat(join(folder, "pods/a", name))).mode & 0o777, 0o644);
  }
  assert.match(await readFile(join(folder, "pods/a/hosts"), "utf8"), /^10\.0\.0\.9\tweb$/m);
});

test("files that are there are left alone, and lost ones are made of what is known", async (t) => {
  const { folder, files } = await scene(t);
  const id = "0123456789abcdef";
  await files.write({ id, dns: undefined, hostname: "web", ips: ["10.0.0.9"] });
  assert.equal(await files.folderOf(sandbox(id)), join(folder, "pods", id));
  assert.match(await readFile(join(folder, "pods", id, "hosts"), "utf8"), /\tweb$/m);
  await files.remove(id);
  await files.folderOf(sandbox(id));
  const hosts = await readFile(join(folder, "pods", id, "hosts"), "utf8");
  assert.match(hosts, /^10\.0\.0\.7\t0123456789ab$/m);
  const resolvConf = await readFile(join(folder, "pods", id, "resolv.conf"), "utf8");
  assert.equal(resolvConf, "nameserver 10.96.0.10\n");
});

test("a sweep removes the files of pods that are no more, and needs no folder", async (t) => {
  const { folder, files } = await scene(t);
  await files.sweep(() => false);
  for (const id of ["a", "b"]) await files.write({ id, dns: undefined, hostname: "", ips: [] });
  await files.sweep((id) => id === "b");
  assert.deepEqual(await readdir(join(folder, "pods")), ["b"]);
  await files.remove("b");
  await files.remove("b");
  assert.deepEqual(await readdir(join(folder, "pods")), []);
});
