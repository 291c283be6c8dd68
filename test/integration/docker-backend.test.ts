import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, test } from "node:test";
import type { ContainerRecord, SandboxRecord } from "../../src/backends/backend.ts";
import type { DockerBackend } from "../../src/backends/docker/docker-backend.ts";
import type { ContainerConfig } from "../../src/model/container.ts";
import { containerState } from "../../src/model/container.ts";
import type { PodSandboxConfig } from "../../src/model/pod-sandbox.ts";
import { podSandboxState } from "../../src/model/pod-sandbox.ts";
import { containerConfig, imageSpec, podSandboxConfig } from "../contract/requests.ts";
import { eventually } from "../harness/eventually.ts";
import { dockerNode } from "./docker-node.ts";
import { resyncOf, Told } from "./told.ts";

const node = await dockerNode({ name: "e-backend", bridge: "cfe1", subnet: "10.86.0.0/16" });
const signal = AbortSignal.timeout(300_000);

after(() => node[Symbol.asyncDispose]());

async function podOf(
  backend: DockerBackend,
  name: string,
  change: Partial<PodSandboxConfig> = {},
): Promise<SandboxRecord> {
  const metadata = { name, namespace: "e", uid: `uid-${name}`, attempt: 0 };
  const logDirectory = join(node.folder, "pods", name);
  await mkdir(logDirectory, { recursive: true });
  const config = podSandboxConfig(name, { metadata, logDirectory, ...change });
  return await backend.sandboxes.run({ config, runtimeHandler: "" }, signal);
}

async function containerOf(
  backend: DockerBackend,
  { sandbox }: SandboxRecord,
  config: ContainerConfig,
): Promise<ContainerRecord> {
  const image = await backend.images.status(imageSpec(node.image), signal);
  assert.ok(image !== undefined);
  const made = await backend.containers.create({ sandbox, config, image }, signal);
  return { ...made, facts: await backend.containers.start(made.container, sandbox, signal) };
}

function shell(
  name: string,
  script: string,
  change: Partial<ContainerConfig> = {},
): ContainerConfig {
  const command = ["sh", "-c", script];
  return containerConfig(name, node.image, { command, logPath: `${name}/0.log`, ...change });
}

test("a pod of two containers lives from run to remove, with network, names and logs", async () => {
  await using life = await node.start();
  const { backend, network } = life;
  await using told = new Told(backend);
  await told.until("the first list", resyncOf);
  assert.equal(backend.condition().ok, true);
  const dns = { servers: ["10.86.0.10"], searches: ["e.svc"], options: ["ndots:5"] };
  const pod = await podOf(backend, "two", { dns });
  const [ip = ""] = pod.facts.ips;
  assert.match(ip, /^10\.86\./);
  const server = await containerOf(
    backend,
    pod,
    shell("server", "mkdir /www; echo hello > /www/index.html; exec httpd -f -p 80 -h /www"),
  );
  const client = await containerOf(
    backend,
    pod,
    shell(
      "client",
      "cat /etc/resolv.conf /etc/hostname; grep -w two /etc/hosts; hostname; ip -o link show lo | grep -o LOOPBACK,UP; until wget -q -O - http://127.0.0.1/; do sleep 0.1; done",
    ),
  );
  const logFile = join(pod.sandbox.config.logDirectory, "client/0.log");
  assert.equal(client.container.logFile, logFile);
  const ended = await told.until("the client's end", (event) =>
    event.type === "container" &&
    event.record.container.id === client.container.id &&
    containerState(event.record.facts) === "EXITED"
      ? event.record
      : undefined,
  );
  assert.equal(ended.facts.exitCode, 0);
  // The end is told once the log is complete.
  const lines = (await readFile(logFile, "utf8")).trimEnd().split("\n");
  const texts = lines.map((line) => line.replace(/^\S+Z stdout F /, ""));
  const resolv = ["search e.svc", "nameserver 10.86.0.10", "options ndots:5"];
  const names = ["two", `${ip}\ttwo`, "two"];
  assert.deepEqual(texts, [...resolv, ...names, "LOOPBACK,UP", "hello"]);
  assert.ok((backend.containers.locate(server.container)?.pid ?? 0) > 0);
  assert.equal(backend.containers.locate(client.container), undefined);
  const facts = await backend.sandboxes.stop(pod.sandbox, signal);
  assert.equal(podSandboxState(facts), "NOTREADY");
  assert.deepEqual(network.addresses(pod.sandbox.id), []);
  for (const { container } of [server, client]) await backend.containers.remove(container, signal);
  await backend.sandboxes.remove(pod.sandbox, signal);
  assert.deepEqual(network.pending(), []);
});

test("a stop gives the stop signal, then waits for the end", async () => {
  await using life = await node.start();
  const { backend } = life;
  await using told = new Told(backend);
  await told.until("the first list", resyncOf);
  const pod = await podOf(backend, "stops");
  const polite = await containerOf(
    backend,
    pod,
    shell("polite", "trap 'echo asked; exit 3' USR1; echo ready; while :; do sleep 0.05; done", {
      stopSignal: "SIGUSR1",
    }),
  );
  const logFile = join(pod.sandbox.config.logDirectory, "polite/0.log");
  await eventually("the trap is set", async () =>
    (await readFile(logFile, "utf8")).includes("ready") ? true : undefined,
  );
  const facts = await backend.containers.stop(polite.container, 30, signal);
  assert.equal(facts.exitCode, 3);
  assert.match(await readFile(logFile, "utf8"), /stdout F asked\n$/);
  await backend.containers.remove(polite.container, signal);
  await backend.sandboxes.stop(pod.sandbox, signal);
  await backend.sandboxes.remove(pod.sandbox, signal);
});

test("a later life finds the pod, reads its log on without a gap or a repeat, and can end it", async () => {
  const script = "i=0; while :; do echo line $i; i=$((i+1)); sleep 0.01; done";
  const made = await (async () => {
    await using first = await node.start();
    const pod = await podOf(first.backend, "adopted", { annotations: { note: "kept" } });
    const counter = await containerOf(first.backend, pod, shell("counter", script));
    return { pod, counter };
  })();
  await using second = await node.start();
  const { backend } = second;
  await using told = new Told(backend);
  const { sandboxes, containers } = await told.until("the first list", resyncOf);
  const sandbox = sandboxes.find((record) => record.sandbox.id === made.pod.sandbox.id);
  assert.deepEqual(sandbox?.facts, made.pod.facts);
  assert.deepEqual(sandbox?.sandbox.config.metadata, made.pod.sandbox.config.metadata);
  assert.deepEqual(sandbox?.sandbox.config.annotations, { note: "kept" });
  const found = containers.find(({ container }) => container.id === made.counter.container.id);
  // Limits that nobody said show as docker has them; the runtime keeps its own.
  const { resources } = found?.facts ?? {};
  assert.deepEqual(found?.facts, { ...made.counter.facts, resources });
  assert.equal(found?.container.logFile, made.counter.container.logFile);
  const { container } = made.counter;
  await eventually("the log goes on", async () =>
    (await numbersIn(container.logFile)).length > 50 ? true : undefined,
  );
  await backend.containers.stop(container, 0, signal);
  const numbers = await numbersIn(container.logFile);
  assert.deepEqual(numbers, [...numbers.keys()]);
  await backend.sandboxes.stop(made.pod.sandbox, signal);
  await backend.containers.remove(container, signal);
  await backend.sandboxes.remove(made.pod.sandbox, signal);
});

async function numbersIn(logFile: string): Promise<readonly number[]> {
  const text = await readFile(logFile, "utf8");
  return [...text.matchAll(/ F line (\d+)\n/g)].map((match) => Number(match[1]));
}

test("what docker rm -f takes behind our back is told as gone, and its network can be taken down", async () => {
  await using life = await node.start();
  const { backend, network } = life;
  await using told = new Told(backend);
  await told.until("the first list", resyncOf);
  const pod = await podOf(backend, "taken");
  const { id } = pod.sandbox;
  assert.equal(network.addresses(id).length, 1);
  const path = `/containers/${id}`;
  await node.api.call({ method: "DELETE", path, query: { force: 1 } }, signal);
  await told.until("its end", (event) =>
    event.type === "gone" && event.id === id ? true : undefined,
  );
  await backend.sandboxes.stop(pod.sandbox, signal);
  await backend.sandboxes.remove(pod.sandbox, signal);
  assert.deepEqual(network.addresses(id), []);
  assert.deepEqual(network.pending(), []);
});
