import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { ContainerRecord, EngineResync } from "../../src/backends/backend.ts";
import type { RuncBackend } from "../../src/backends/runc/runc-backend.ts";
import type { ContainerConfig } from "../../src/model/container.ts";
import { containerState } from "../../src/model/container.ts";
import { podSandboxState } from "../../src/model/pod-sandbox.ts";
import { noResources } from "../../src/model/resources.ts";
import { containerConfig, imageSpec, podSandboxConfig } from "../contract/requests.ts";
import { eventually } from "../harness/eventually.ts";
import { type NativeNode, nativeNode } from "./native-node.ts";

let node: NativeNode;

before(async () => {
  node = await nativeNode({ name: "n-life", bridge: "cfn1", subnet: "10.83.0.0/16" });
});

after(async () => {
  await node[Symbol.asyncDispose]();
});

const signal = () => AbortSignal.timeout(60_000);

async function runPod(backend: RuncBackend, name: string) {
  const logDirectory = join(node.folder, "logs", name);
  await mkdir(logDirectory, { recursive: true });
  const config = podSandboxConfig(name, { logDirectory });
  return await backend.sandboxes.run({ config, runtimeHandler: "" }, signal());
}

async function startContainer(
  backend: RuncBackend,
  { sandbox }: Awaited<ReturnType<typeof runPod>>,
  change: Partial<ContainerConfig>,
): Promise<ContainerRecord> {
  const image = await backend.images.status(imageSpec(node.image));
  assert.ok(image !== undefined);
  const config = containerConfig("main", node.image, { logPath: "main.log", ...change });
  const { container } = await backend.containers.create({ sandbox, config, image }, signal());
  const facts = await backend.containers.start(container, sandbox, signal());
  return { container, facts };
}

async function resyncOf(backend: RuncBackend): Promise<EngineResync> {
  for await (const event of backend.events(signal())) if (event.type === "resync") return event;
  return assert.fail("no resync");
}

test("what a life left the next one finds: who runs, who ended, and with which code", async () => {
  const first = await node.start();
  const pod = await runPod(first.backend, "lives");
  const metadata = (name: string) => ({ metadata: { name, attempt: 0 } });
  const runs = await startContainer(first.backend, pod, {
    ...metadata("runs"),
    command: ["sleep", "1000"],
  });
  const ends = await startContainer(first.backend, pod, {
    ...metadata("ends"),
    command: ["sh", "-c", "sleep 1; exit 5"],
  });
  await first[Symbol.asyncDispose]();
  await eventually(
    "the exit file",
    () => existsSync(node.places.exit(ends.container.id)) || undefined,
  );
  await using second = await node.start();
  const resync = await resyncOf(second.backend);
  const found = (id: string) => resync.containers.find(({ container }) => container.id === id);
  const [running, ended] = [found(runs.container.id), found(ends.container.id)];
  assert.ok(running !== undefined && ended !== undefined);
  assert.equal(containerState(running.facts), "RUNNING");
  assert.equal(running.facts.pid, runs.facts.pid);
  assert.equal(containerState(ended.facts), "EXITED");
  assert.equal(ended.facts.exitCode, 5);
  assert.equal(podSandboxState(resync.sandboxes[0]?.facts ?? assert.fail()), "READY");
  for (const { container } of resync.containers)
    await second.backend.containers.remove(container, signal());
  await second.backend.sandboxes.stop(pod.sandbox, signal());
  await second.backend.sandboxes.remove(pod.sandbox, signal());
});

test("the log is in the CRI's format, and is opened anew on request", async () => {
  await using life = await node.start();
  const { backend } = life;
  const pod = await runPod(backend, "logs");
  const { container } = await startContainer(backend, pod, {
    command: ["sh", "-c", "echo out; echo err >&2; sleep 1000"],
  });
  const log = await eventually("two lines", async () => {
    const text = await readFile(container.logFile, "utf8").catch(() => "");
    return text.split("\n").length > 2 ? text : undefined;
  });
  assert.match(log, /^\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:\d\d stdout F out$/m);
  assert.match(log, /stderr F err$/m);
  await backend.containers.reopenLog(container, signal());
  await backend.containers.remove(container, signal());
  await backend.sandboxes.stop(pod.sandbox, signal());
  await backend.sandboxes.remove(pod.sandbox, signal());
});

test("a container that takes more memory than it may is told as killed for it", async () => {
  await using life = await node.start();
  const { backend } = life;
  const pod = await runPod(backend, "oom");
  const { container } = await startContainer(backend, pod, {
    command: ["sh", "-c", "x=a; while :; do x=$x$x; done"],
    resources: { ...noResources, memoryLimitBytes: 16 << 20 },
  });
  const facts = await eventually("its end", async () => {
    const [record] = (await resyncOf(backend)).containers;
    return record !== undefined && record.facts.finishedAtNanos > 0n ? record.facts : undefined;
  });
  assert.equal(facts.exitCode, 137);
  assert.equal(facts.oomKilled, true);
  await backend.containers.remove(container, signal());
  await backend.sandboxes.stop(pod.sandbox, signal());
  await backend.sandboxes.remove(pod.sandbox, signal());
});

test("nothing of a removed pod is left", async () => {
  const { places } = node;
  const folders = [
    places.exits,
    join(places.exits, "..", "pods"),
    join(places.exits, "..", "bundles"),
  ];
  for (const folder of folders) assert.deepEqual(await readdir(folder), [], folder);
  const mounts = await readFile("/proc/self/mountinfo", "utf8");
  assert.doesNotMatch(mounts, new RegExp(node.folder));
  assert.deepEqual(await readdir(places.sandboxRecords), []);
  assert.deepEqual(await readdir(places.containerRecords), []);
});
