import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyDisk, type FakeNode, startFakeNode } from "../../test/contract/fake-context.ts";
import { containerConfig, podSandboxConfig } from "../../test/contract/requests.ts";
import type { ContainerConfig, ContainerFacts } from "../model/container.ts";
import { containerState } from "../model/container.ts";
import { CriError } from "../model/error.ts";
import { noResources } from "../model/resources.ts";

const live = new AbortController().signal;

void test("stopping and removing what is not there succeeds, asking for it does not", async () => {
  await using node = await startFakeNode();
  await node.runtime.stopContainer("nothing", 0, live);
  await node.runtime.removeContainer("nothing", live);
  await node.runtime.stopPodSandbox("nothing", live);
  await node.runtime.removePodSandbox("nothing", live);
  assert.throws(() => node.runtime.containerStatus("nothing", false), isKind("NotFound"));
  assert.throws(() => node.runtime.podSandboxStatus("nothing", false), isKind("NotFound"));
  await assert.rejects(node.runtime.startContainer("nothing", live), isKind("NotFound"));
});

void test("a short id means its object, an ambiguous one is an error that says so", async () => {
  await using node = await startFakeNode();
  const pod = await node.runtime.runPodSandbox(podSandboxConfig("short"), "", live);
  assert.equal(node.runtime.podSandboxStatus(pod.slice(0, 12), false).record.sandbox.id, pod);
  await node.runtime.runPodSandbox(podSandboxConfig("other"), "", live);
  assert.throws(() => node.runtime.podSandboxStatus("", false), isKind("InvalidArgument"));
});

void test("a container that cannot run fails the start and is shown with reason and words", async () => {
  await using node = await startFakeNode();
  const { container } = await makeContainer(node, { command: ["cannot", "run"] });
  await assert.rejects(node.runtime.startContainer(container, live), /no such file/);
  const { facts } = node.runtime.containerStatus(container, false).record;
  assert.equal(containerState(facts), "EXITED");
  await assert.rejects(node.runtime.startContainer(container, live), isKind("FailedPrecondition"));
});

void test("stopping a sandbox kills what runs in it", async () => {
  await using node = await startFakeNode();
  const { pod, container } = await makeContainer(node, { command: ["ignore", "SIGTERM"] });
  await node.runtime.startContainer(container, live);
  await node.runtime.stopPodSandbox(pod, live);
  assert.equal(node.runtime.containerStatus(container, false).record.facts.exitCode, 137);
});

void test("removing a sandbox removes its containers", async () => {
  await using node = await startFakeNode();
  const { pod, container } = await makeContainer(node, {});
  await node.runtime.startContainer(container, live);
  await node.runtime.removePodSandbox(pod, live);
  assert.throws(() => node.runtime.containerStatus(container, false), isKind("NotFound"));
  assert.equal(node.backend.containerRecords.size, 0);
});

void test("a long stop does not hold up a short one or the status", async () => {
  await using node = await startFakeNode();
  const { container } = await makeContainer(node, { command: ["ignore", "SIGTERM"] });
  await node.runtime.startContainer(container, live);
  const patient = node.runtime.stopContainer(container, 86_400, live);
  assert.equal(
    containerState(node.runtime.containerStatus(container, false).record.facts),
    "RUNNING",
  );
  await node.runtime.stopContainer(container, 0, live);
  await patient;
  assert.equal(node.runtime.containerStatus(container, false).record.facts.exitCode, 137);
});

void test("an exit that the engine reports is in the status", async () => {
  await using node = await startFakeNode();
  const { container } = await makeContainer(node, {});
  await node.runtime.startContainer(container, live);
  node.backend.exit(container, 42);
  await node.quiet();
  assert.equal(node.runtime.containerStatus(container, false).record.facts.exitCode, 42);
});

for (const operation of ["start", "update"] as const) {
  void test(`an exit that is reported before ${operation} returns is not undone by it`, async () => {
    await using node = await startFakeNode();
    const { container } = await makeContainer(node, {});
    if (operation === "update") await node.runtime.startContainer(container, live);
    endBeforeReturn(node, operation, container);
    if (operation === "start") await node.runtime.startContainer(container, live);
    else
      await node.runtime.updateContainerResources(
        container,
        { ...noResources, cpuShares: 7 },
        live,
      );
    const { facts } = node.runtime.containerStatus(container, false).record;
    assert.equal(containerState(facts), "EXITED");
    assert.equal(facts.exitCode, 42);
    assert.equal(facts.resources.cpuShares, operation === "update" ? 7 : undefined);
  });
}

void test("a start whose caller has gone is finished, and whoever comes next finds it running", async () => {
  await using node = await startFakeNode();
  const { container } = await makeContainer(node, {});
  const gate = Promise.withResolvers<void>();
  const signals: AbortSignal[] = [];
  node.backend.interfere = (step, signal) => {
    if (step !== "container.start") return undefined;
    signals.push(signal);
    return gate.promise;
  };
  const caller = new AbortController();
  const first = node.runtime.startContainer(container, caller.signal);
  caller.abort(new DOMException("too late", "TimeoutError"));
  await assert.rejects(first, isKind("DeadlineExceeded"));
  const retry = node.runtime.startContainer(container, live);
  gate.resolve();
  await retry;
  assert.deepEqual(
    signals.map((signal) => signal.aborted),
    [false],
  );
  const { facts } = node.runtime.containerStatus(container, false).record;
  assert.equal(containerState(facts), "RUNNING");
});

void test("a container that starts while its sandbox is stopped does not outlive it", async () => {
  await using node = await startFakeNode();
  const { pod, container } = await makeContainer(node, {});
  const gate = Promise.withResolvers<void>();
  node.backend.interfere = (step) => (step === "container.start" ? gate.promise : undefined);
  const starting = node.runtime.startContainer(container, live);
  await node.runtime.stopPodSandbox(pod, live);
  gate.resolve();
  await assert.rejects(starting, isKind("FailedPrecondition"));
  const { facts } = node.runtime.containerStatus(container, false).record;
  assert.equal(containerState(facts), "EXITED");
});

void test("an update is made from the limits in force, over a restart too", async () => {
  const disk = emptyDisk();
  const first = await startFakeNode(disk);
  const { container } = await makeContainer(first, {});
  await first.runtime.updateContainerResources(container, { ...noResources, cpuShares: 7 }, live);
  await first[Symbol.asyncDispose]();
  await using second = await startFakeNode(disk, first.backend);
  const given: unknown[] = [];
  const { update } = second.backend.containers;
  second.backend.containers.update = async (target, resources, signal) => {
    given.push(target.config.resources.cpuShares);
    return await update(target, resources, signal);
  };
  await second.runtime.updateContainerResources(
    container,
    { ...noResources, memoryLimitBytes: 8 },
    live,
  );
  assert.deepEqual(given, [7]);
});

void test("a container removed behind our back is NotFound and what belongs to it is cleaned up", async () => {
  await using node = await startFakeNode();
  const { pod, container } = await makeContainer(node, {});
  node.backend.tell({ type: "gone", id: container });
  node.backend.tell({ type: "gone", id: pod });
  await node.quiet();
  assert.throws(() => node.runtime.containerStatus(container, false), isKind("NotFound"));
  assert.throws(() => node.runtime.podSandboxStatus(pod, false), isKind("NotFound"));
  assert.ok(node.backend.calls.includes("container.remove"));
  assert.ok(node.backend.calls.includes("sandbox.remove"));
});

void test("a late report does not bring a removed container back", async () => {
  await using node = await startFakeNode();
  const { container } = await makeContainer(node, {});
  const record = node.backend.containerRecords.get(container);
  assert.ok(record !== undefined);
  await node.runtime.removeContainer(container, live);
  node.backend.tell({ type: "container", record });
  await node.quiet();
  assert.throws(() => node.runtime.containerStatus(container, false), isKind("NotFound"));
});

void test("what was made after a full list was asked for is not judged by it", async () => {
  await using node = await startFakeNode();
  const before = node.backend.snapshot(node.context.clock.monotonicMillis());
  const { container } = await makeContainer(node, {});
  node.backend.tell(before);
  await node.quiet();
  assert.equal(node.runtime.containerStatus(container, false).record.container.id, container);
});

void test("what an engine lists and cannot show is neither forgotten nor removed", async () => {
  await using node = await startFakeNode();
  const { pod, container } = await makeContainer(node, {});
  const listedAtMillis = node.context.clock.monotonicMillis() + 1;
  const unreadable = { type: "resync", listedAtMillis, sandboxes: [], containers: [] } as const;
  node.backend.tell({ ...unreadable, listed: [pod, container] });
  await node.quiet();
  assert.equal(node.runtime.containerStatus(container, false).record.container.id, container);
  assert.equal(node.backend.calls.includes("container.remove"), false);
  node.backend.tell({ ...unreadable, listed: [pod] });
  await node.quiet();
  assert.throws(() => node.runtime.containerStatus(container, false), isKind("NotFound"));
});

void test("no container is made in a sandbox that is not ready, nor of an image that is not there", async () => {
  await using node = await startFakeNode();
  const pod = await node.runtime.runPodSandbox(podSandboxConfig("stopped"), "", live);
  const missing = node.runtime.createContainer(pod, containerConfig("main", "no/such:image"), live);
  await assert.rejects(missing, isKind("NotFound"));
  await node.runtime.stopPodSandbox(pod, live);
  await assert.rejects(makeContainerIn(node, pod, {}), isKind("FailedPrecondition"));
});

void test("containers are listed by state, sandbox and labels", async () => {
  await using node = await startFakeNode();
  const { pod, container } = await makeContainer(node, {});
  const list = (filter: object): readonly string[] =>
    node.runtime.listContainers({ ...everything, ...filter }).map((record) => record.container.id);
  assert.deepEqual(list({}), [container]);
  assert.deepEqual(list({ podSandboxId: pod.slice(0, 10), id: container.slice(0, 10) }), [
    container,
  ]);
  assert.deepEqual(list({ state: "RUNNING" }), []);
  assert.deepEqual(list({ labelSelector: { container: "main" } }), [container]);
  assert.deepEqual(list({ labelSelector: { container: "other" } }), []);
});

const everything = { id: undefined, state: undefined, podSandboxId: undefined, labelSelector: {} };

async function makeContainer(
  node: FakeNode,
  change: Partial<ContainerConfig>,
): Promise<{ readonly pod: string; readonly container: string }> {
  const pod = await node.runtime.runPodSandbox(podSandboxConfig("pod"), "", live);
  return { pod, container: await makeContainerIn(node, pod, change) };
}

async function makeContainerIn(
  node: FakeNode,
  pod: string,
  change: Partial<ContainerConfig>,
): Promise<string> {
  node.backend.addImage("busybox");
  return await node.runtime.createContainer(pod, containerConfig("main", "busybox", change), live);
}

/** The engine's answer is of a moment before the end, and arrives after its report. */
function endBeforeReturn(node: FakeNode, operation: "start" | "update", id: string): void {
  const { backend } = node;
  const { containers } = backend;
  const exit = async (facts: ContainerFacts): Promise<ContainerFacts> => {
    backend.exit(id, 42);
    await node.quiet();
    return facts;
  };
  const { start, update } = containers;
  if (operation === "start") containers.start = async (...args) => exit(await start(...args));
  else containers.update = async (...args) => exit(await update(...args));
}

function isKind(kind: string): (error: unknown) => boolean {
  return (error) => error instanceof CriError && error.kind === kind;
}
