import assert from "node:assert/strict";
import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { type CliNode, startCliNode } from "../../test/fakes/command-line.ts";

const image = "registry.test/app:1";

function pod(name: string, containers: string, spec = ""): string {
  return `kind: Pod\nmetadata: {name: ${name}, namespace: shop}\nspec:\n${spec}  containers: ${containers}\n`;
}

async function run(
  node: CliNode,
  yaml: string,
  ...args: readonly string[]
): Promise<Record<string, string>> {
  const file = await node.manifest(yaml);
  const { code, out, err } = await node.verb(
    "run",
    "--output",
    "json",
    "--log-root",
    `${node.folder}/logs`,
    ...args,
    file,
  );
  assert.equal(code, 0, err);
  const { podSandboxId, containers } = JSON.parse(out);
  return { pod: podSandboxId, ...containers };
}

test("run pulls, runs and prints ids; ps shows the pod; stop and rm take it away with all its folders", async (t) => {
  const node = await startCliNode(t);
  const yaml = pod(
    "web",
    `[{name: main, image: "${image}", volumeMounts: [{name: v, mountPath: /v}]}, {name: side, image: "${image}"}]`,
    "  volumes: [{name: v, emptyDir: {}}]\n",
  );
  const ids = await run(node, yaml);
  assert.match(ids["pod"] ?? "", /^[0-9a-f]{64}$/);
  const [uid] = await readdir(join(node.folder, "state/run-volumes"));
  assert.ok((await stat(join(node.folder, `logs/shop_web_${uid}/main`))).isDirectory());

  const { out } = await node.verb("ps");
  const rows = out
    .trim()
    .split("\n")
    .map((line) => line.split(/ {2,}/));
  assert.deepEqual(rows[1]?.slice(0, 3), ["shop/web", (ids["pod"] ?? "").slice(0, 12), "Ready"]);
  assert.deepEqual(rows[2]?.slice(0, 4), [
    "shop/web",
    "main",
    (ids["main"] ?? "").slice(0, 12),
    "Running",
  ]);
  assert.equal(rows[2]?.at(-1), image);
  assert.match((await node.verb("images")).out, /registry\.test\/app:1 +[0-9a-f]{12} +\d/);

  const refused = await node.verb("rm", "web");
  assert.equal(refused.code, 1);
  assert.match(refused.err, /pod shop\/web runs; stop it first, or use -f/);
  assert.deepEqual(await node.verb("stop", "shop/web"), { code: 0, out: "", err: "" });
  assert.match((await node.verb("ps")).out, /NotReady[^]*Exited[^]*Exited/);
  assert.deepEqual(await node.verb("rm", "web"), { code: 0, out: "", err: "" });
  assert.equal((await node.verb("ps")).out.trim().split("\n").length, 1);
  assert.deepEqual(await readdir(join(node.folder, "state/run-volumes")), []);
  assert.deepEqual(await readdir(join(node.folder, "logs")), []);
});

test("rm -f kills a pod that runs, and a missing pod is then no error", async (t) => {
  const node = await startCliNode(t);
  const ids = await run(node, pod("web", `[{name: main, image: "${image}"}]`));
  assert.equal((await node.verb("rm", "-f", (ids["pod"] ?? "").slice(0, 8))).code, 0);
  assert.equal((await node.verb("rm", "-f", "web")).code, 0);
  const missing = await node.verb("rm", "web");
  assert.deepEqual([missing.code, missing.err], [1, "cri-ferry: there is no pod web\n"]);
});

test("init containers run first, each to its end; --wait passes the first failure's code on", async (t) => {
  const node = await startCliNode(t);
  const init = `  initContainers: [{name: one, image: "${image}", command: [exit, "0"]}]\n`;
  const file = await node.manifest(
    pod(
      "job",
      `[{name: a, image: "${image}", command: [exit, "0"]}, {name: b, image: "${image}", command: [exit, "7"]}]`,
      init,
    ),
  );
  const { code, out } = await node.verb("run", "--wait", "--log-root", `${node.folder}/logs`, file);
  assert.equal(code, 7);
  assert.match(out, /^pod [0-9a-f]{64}\ncontainer a [0-9a-f]{64}\ncontainer b [0-9a-f]{64}\n$/);
  assert.match((await node.verb("ps")).out, / one /);
});

test("a failed init container takes the pod away again and keeps the logs", async (t) => {
  const node = await startCliNode(t);
  const init = `  initContainers: [{name: one, image: "${image}", command: [exit, "3"]}]\n`;
  const file = await node.manifest(pod("job", `[{name: a, image: "${image}"}]`, init));
  const { code, err } = await node.verb("run", "--log-root", `${node.folder}/logs`, file);
  assert.equal(code, 1);
  assert.match(
    err,
    /init container [0-9a-f]{12} ended with code 3; its log is in \S+logs\/shop_job_/,
  );
  assert.equal((await node.verb("ps", "--output", "json")).out, "[]\n");
  assert.equal((await readdir(join(node.folder, "logs"))).length, 1);
});

test("an image that must not be pulled and is not there is an error before anything is made", async (t) => {
  const node = await startCliNode(t);
  const file = await node.manifest(
    pod("web", `[{name: a, image: "${image}", imagePullPolicy: Never}]`),
  );
  const { code, err } = await node.verb("run", "--log-root", `${node.folder}/logs`, file);
  assert.equal(code, 1);
  assert.match(err, /image registry\.test\/app:1 is not there and must not be pulled/);
  assert.deepEqual([...node.fake.backend.sandboxRecords], []);
});

test("exec passes output and exit code on; the container may be named by its pod", async (t) => {
  const node = await startCliNode(t);
  await run(node, pod("web", `[{name: main, image: "${image}"}]`));
  for (const name of ["main", "web", "shop/web", "shop/web/main"]) {
    const { code, err } = await node.verb("exec", name, "--", "true", "-x");
    assert.deepEqual([code, err], [0, ""], name);
  }
  const missing = await node.verb("exec", "nobody", "--", "true");
  assert.deepEqual([missing.code, missing.err], [1, "cri-ferry: there is no container nobody\n"]);
});

test("logs prints stdout and stderr apart, parts of lines joined", async (t) => {
  const node = await startCliNode(t);
  const ids = await run(node, pod("web", `[{name: main, image: "${image}"}]`));
  const { record } = node.fake.runtime.containerStatus(ids["main"] ?? "", false);
  const path = record.container.logFile;
  await mkdir(dirname(path), { recursive: true });
  const time = "2026-01-02T03:04:05.000000006Z";
  await writeFile(path, `${time} stdout P one \n${time} stdout F two\n${time} stderr F bad\n`);
  assert.deepEqual(await node.verb("logs", "main"), { code: 0, out: "one two\n", err: "bad\n" });
});

test("pull prints the reference", async (t) => {
  const node = await startCliNode(t);
  const { code, out } = await node.verb("pull", image);
  assert.equal(code, 0);
  assert.match(out, /^\S+\n$/);
});

test("stats has a row for each running container", async (t) => {
  const node = await startCliNode(t);
  const { code, out } = await node.verb("stats");
  assert.deepEqual([code, out], [0, "POD  CONTAINER  ID  CPU  MEMORY  DISK\n"]);
});

test("stats of pods has a row for each", async (t) => {
  const node = await startCliNode(t);
  const { code, out } = await node.verb("stats", "--pods");
  assert.deepEqual([code, out], [0, "POD  ID  CPU  MEMORY  RECEIVED  SENT  PROCESSES\n"]);
});
