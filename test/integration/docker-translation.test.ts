import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { exitReason } from "../../src/model/container.ts";
import { noResources } from "../../src/model/resources.ts";
import { containerFacts, readResources } from "../../src/translate/docker/inspect.ts";
import { readContainer } from "../../src/translate/docker/inspect-container.ts";
import { resourcesUpdate } from "../../src/translate/docker/resources-update.ts";
import { exampleSecurity, podNamespaces } from "../fixtures/docker-pod.ts";
import { command } from "../harness/command.ts";
import { dockerApi } from "./docker-host.ts";
import { DockerPodBench, plainMount } from "./docker-pod-bench.ts";

const mebi = 1024 * 1024;
const { signal } = new AbortController();
let bench: DockerPodBench;
before(async () => {
  bench = await DockerPodBench.open(dockerApi());
});
after(() => bench[Symbol.asyncDispose]());

test("a sandbox reads back as it was asked for, odd uid and clashing labels included", async () => {
  const labels = { app: "a", "annotation.x": "no annotation", "io.kubernetes.docker.type": "x" };
  const annotations = { "a/b": "line one\nline two", x: "" };
  const metadata = { name: "p.q", uid: "uid_with /ü", namespace: "odd", attempt: process.pid };
  const sandbox = await bench.sandbox({ metadata, labels, annotations });
  assert.deepEqual(sandbox.config.metadata, metadata);
  assert.deepEqual(sandbox.config.labels, labels);
  assert.deepEqual(sandbox.config.annotations, annotations);
  assert.deepEqual(sandbox.config.security.namespaces, podNamespaces);
});

test("a container shares its pod's name and ipc, and has its own pids", async () => {
  const sandbox = await bench.sandbox({ hostname: "pod-name" });
  const { said } = await bench.run(sandbox, "hostname; echo $$; ls /sys/class/net");
  assert.equal(said, "pod-name\n1\nlo\n");
  const pid = { ...podNamespaces, pid: "POD" } as const;
  const shared = await bench.run(sandbox, "tr '\\0' ' ' </proc/1/cmdline", {
    config: { security: { ...exampleSecurity, namespaces: pid } },
  });
  assert.equal(shared.said, "sleep 1000 ");
});

test("limits, mounts, user and environment are in force and read back", async (t) => {
  const sandbox = await bench.sandbox();
  // Only what is mounted shared can be a slave, and whether / is so differs from node to node.
  const shared = await mkdtemp(join(tmpdir(), "cri-ferry-shared-"));
  await command("mount", ["--bind", shared, shared]);
  await command("mount", ["--make-shared", shared]);
  t.after(async () => {
    await command("umount", [shared]);
    await rm(shared, { recursive: true });
  });
  const resources = {
    ...noResources,
    cpuShares: 204,
    cpuPeriodMicros: 50_000,
    cpuQuotaMicros: 10_000,
    memoryLimitBytes: 64 * mebi,
    oomScoreAdj: 500,
  };
  const mounts = [
    { ...plainMount("/usr", "/ro"), readonly: true },
    { ...plainMount(shared, "/slave"), propagation: "HOST_TO_CONTAINER" as const },
  ];
  const script =
    "cat /proc/self/oom_score_adj; echo $KEY; grep -c ' /ro [a-z0-9]* ro' /proc/self/mounts; pwd";
  const envs = [{ key: "KEY", value: Buffer.from("grüße a=b") }];
  const { said, inspect } = await bench.run(sandbox, script, {
    config: { resources, mounts, envs, workingDir: "/made/here" },
  });
  assert.equal(said, "500\ngrüße a=b\n1\n/made/here\n");
  assert.deepEqual(readResources(inspect.HostConfig), {
    ...resources,
    memorySwapLimitBytes: 64 * mebi,
  });
  const container = readContainer(inspect, { image: undefined, imageLabels: {} });
  const read = container?.config.mounts.filter((mount) => mount.containerPath !== "/out");
  assert.deepEqual(read, mounts);
});

test("every end is told as what it was", async () => {
  const sandbox = await bench.sandbox();
  const failed = await bench.run(sandbox, "exit 3");
  assert.deepEqual([exitReason(failed.facts), failed.facts.exitCode], ["Error", 3]);
  const id = await bench.start(sandbox, { config: { command: ["/no/such/command"] } });
  const facts = containerFacts(await bench.inspect(id));
  assert.equal(exitReason(facts), "ContainerCannotRun");
  assert.match(facts.error, /no such file/);
  const resources = { ...noResources, memoryLimitBytes: 16 * mebi };
  const hungry = "dd if=/dev/zero of=/dev/null bs=100M count=1";
  const killed = await bench.run(sandbox, `exec ${hungry}`, { config: { resources } });
  const { OOMKilled } = killed.inspect.State;
  // On cgroup v2 docker misses the kill when the cgroup is gone before it has read there (26.1, mostly so on one CPU).
  if (bench.engine.cgroupVersion === 1) assert.equal(OOMKilled, true);
  assert.equal(exitReason(killed.facts), OOMKilled === true ? "OOMKilled" : "Error");
  // The container itself lived on and ended well: docker's flag is set all the same.
  const survivor = await bench.run(sandbox, `${hungry}; true`, { config: { resources } });
  assert.equal(survivor.inspect.State.OOMKilled, true);
  assert.equal(exitReason(survivor.facts), "Completed");
});

test("an update changes what it says, in an order that the kernel takes", async () => {
  const sandbox = await bench.sandbox();
  const resources = { ...noResources, memoryLimitBytes: 64 * mebi };
  const id = await bench.start(sandbox, { config: { command: ["sleep", "1000"], resources } });
  const path = `/containers/${id}/update`;
  let current = readResources((await bench.inspect(id)).HostConfig);
  for (const memory of [256, 32, 128]) {
    const wanted = { ...noResources, memoryLimitBytes: memory * mebi, cpuShares: memory };
    const { engine, limits } = bench;
    const update = resourcesUpdate({ wanted, current, engine, limits });
    assert.ok(update.body);
    await bench.api.call({ method: "POST", path, body: update.body }, signal);
    const read = readResources((await bench.inspect(id)).HostConfig);
    assert.deepEqual(read, update.resources);
    assert.deepEqual(memoryInForce((await bench.inspect(id)).State.Pid ?? 0), memory * mebi);
    current = update.resources;
  }
});

/** The memory limit of a process's cgroup as the kernel shows it, v1 or v2. */
function memoryInForce(pid: number): number {
  const lines = readFileSync(`/proc/${pid}/cgroup`, "latin1").split("\n");
  const v1 = lines.find((line) => line.split(":")[1] === "memory")?.split(":")[2];
  const v2 = lines.find((line) => line.startsWith("0::"))?.slice(3);
  const file =
    v1 === undefined
      ? `/sys/fs/cgroup${v2}/memory.max`
      : `/sys/fs/cgroup/memory${v1}/memory.limit_in_bytes`;
  return Number(readFileSync(file, "latin1"));
}
