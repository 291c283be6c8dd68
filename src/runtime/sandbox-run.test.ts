import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { FakeBackend } from "../../test/contract/fake-backend.ts";
import { emptyDisk, type FakeNode, startFakeNode } from "../../test/contract/fake-context.ts";
import { podSandboxConfig } from "../../test/contract/requests.ts";
import type { EngineEvent, SandboxRecord } from "../backends/backend.ts";
import { CriError } from "../model/error.ts";
import { podSandboxState } from "../model/pod-sandbox.ts";

const live = new AbortController().signal;

void test("the same request while the first runs is one sandbox", async () => {
  await using node = await startFakeNode();
  const config = podSandboxConfig("twins");
  const [a, b] = await Promise.all([
    node.runtime.runPodSandbox(config, "", live),
    node.runtime.runPodSandbox(config, "", live),
  ]);
  assert.equal(a, b);
  assert.equal(node.backend.sandboxRecords.size, 1);
});

void test("a create whose caller has gone is finished and handed to the retry", async () => {
  await using node = await startFakeNode();
  const gate = Promise.withResolvers<void>();
  node.backend.interfere = (step) => (step === "sandbox.run" ? gate.promise : undefined);
  const caller = new AbortController();
  const first = node.runtime.runPodSandbox(podSandboxConfig("impatient"), "", caller.signal);
  caller.abort(new DOMException("too late", "TimeoutError"));
  await assert.rejects(first, isKind("DeadlineExceeded"));
  const retry = node.runtime.runPodSandbox(podSandboxConfig("impatient"), "", live);
  gate.resolve();
  const id = await retry;
  assert.deepEqual([...node.backend.sandboxRecords.keys()], [id]);
  assert.equal(await node.runtime.runPodSandbox(podSandboxConfig("impatient"), "", live), id);
});

void test("another request of a name that is there is AlreadyExists and names the sandbox", async () => {
  await using node = await startFakeNode();
  const id = await node.runtime.runPodSandbox(podSandboxConfig("taken"), "", live);
  const other = podSandboxConfig("taken", { labels: { other: "one" } });
  await assert.rejects(node.runtime.runPodSandbox(other, "", live), (error) => {
    return isKind("AlreadyExists")(error) && String(error).includes(id);
  });
});

void test("another request of a name that is being made is Aborted, and the first is not disturbed", async () => {
  await using node = await startFakeNode();
  const first = node.runtime.runPodSandbox(podSandboxConfig("racing"), "", live);
  const other = podSandboxConfig("racing", { labels: { other: "one" } });
  await assert.rejects(node.runtime.runPodSandbox(other, "", live), isKind("Aborted"));
  assert.ok(node.backend.sandboxRecords.has(await first));
});

void test("a full disk is ResourceExhausted and leaves nothing in the engine", async () => {
  await using node = await startFakeNode();
  node.disk.sandboxes.failure = new CriError("ResourceExhausted", "no space left on device");
  await assert.rejects(
    node.runtime.runPodSandbox(podSandboxConfig("full"), "", live),
    isKind("ResourceExhausted"),
  );
  assert.equal(node.backend.sandboxRecords.size, 0);
});

void test("a record whose file was written and whose writing failed after that is not on disk", async () => {
  await using node = await startFakeNode();
  const files = node.disk.sandboxes;
  const put = files.put.bind(files);
  files.put = async (value) => {
    await put(value);
    throw new CriError("Internal", "the folder is not synced");
  };
  const run = node.runtime.runPodSandbox(podSandboxConfig("unsure"), "", live);
  await assert.rejects(run, isKind("Internal"));
  assert.equal(files.values.size, 0);
});

void test("stop and remove succeed on a full disk", async () => {
  await using node = await startFakeNode();
  const id = await node.runtime.runPodSandbox(podSandboxConfig("full-later"), "", live);
  node.disk.sandboxes.failure = new CriError("ResourceExhausted", "no space left on device");
  await node.runtime.stopPodSandbox(id, live);
  await node.runtime.removePodSandbox(id, live);
  assert.equal(node.backend.sandboxRecords.size, 0);
});

void test("what a killed process was making is removed at the next start and never shown", async () => {
  const disk = emptyDisk();
  const first = await startFakeNode(disk);
  const kept = await first.runtime.runPodSandbox(podSandboxConfig("kept"), "", live);
  await first[Symbol.asyncDispose]();
  const half = await first.backend.sandboxes.run(
    { config: podSandboxConfig("half"), runtimeHandler: "" },
    live,
  );
  disk.intents.add(JSON.stringify(["contract", "half", "uid-half", 0]));
  await using second = await startFakeNode(disk, first.backend);
  assert.deepEqual(listed(second.runtime.listPodSandboxes(everything)), [kept]);
  await second.quiet();
  assert.equal(second.backend.sandboxRecords.has(half.sandbox.id), false);
  assert.ok(await second.runtime.runPodSandbox(podSandboxConfig("half"), "", live));
  assert.equal(disk.intents.size, 0);
});

void test("the end of a sandbox that is told before it is recorded is not lost", async () => {
  await using node = await startFakeNode();
  tellBeforeRecording(node, ({ sandbox, facts }) => {
    const ended = { ...facts, pid: 0, finishedAtNanos: facts.startedAtNanos + 1n };
    return { type: "sandbox", record: { sandbox, facts: ended } };
  });
  const id = await node.runtime.runPodSandbox(podSandboxConfig("short-lived"), "", live);
  await node.quiet();
  const { facts } = node.runtime.podSandboxStatus(id, false).record;
  assert.equal(podSandboxState(facts), "NOTREADY");
});

void test("a sandbox that is removed behind our back before it is recorded is not recorded", async () => {
  await using node = await startFakeNode();
  const undo = tellBeforeRecording(node, ({ sandbox }) => ({ type: "gone", id: sandbox.id }));
  const run = node.runtime.runPodSandbox(podSandboxConfig("vanishing"), "", live);
  await assert.rejects(run, isKind("Aborted"));
  assert.deepEqual(node.runtime.listPodSandboxes(everything), []);
  await node.quiet();
  assert.equal(node.disk.sandboxes.values.size, 0);
  undo();
  assert.ok(await node.runtime.runPodSandbox(podSandboxConfig("vanishing"), "", live));
});

void test("an unknown handler is InvalidArgument and lists the known ones", async () => {
  await using node = await startFakeNode();
  const run = node.runtime.runPodSandbox(podSandboxConfig("kata"), "kata", live);
  await assert.rejects(run, isKind("InvalidArgument"));
});

void test("before an engine was ever read nothing is said not to be there", async () => {
  const backend = new FakeBackend();
  backend.events = async function* (signal) {
    await once(signal, "abort");
    yield* [];
  };
  await using node = await startFakeNode(emptyDisk(), backend);
  const asked: readonly (() => unknown)[] = [
    () => node.runtime.listPodSandboxes(everything),
    () => node.runtime.podSandboxStatus("a", false),
    () => node.runtime.containerStatus("a", false),
    () => node.runtime.stopPodSandbox("a", live),
    () => node.runtime.removePodSandbox("a", live),
    () => node.runtime.stopContainer("a", 0, live),
    () => node.runtime.removeContainer("a", live),
    () => node.runtime.startContainer("a", live),
  ];
  for (const ask of asked) await assert.rejects(async () => await ask(), isKind("Unavailable"));
  node.runtime.status(false);
});

/** Between the engine's answer and the record on disk an event comes; returns what ends that. */
function tellBeforeRecording(
  { backend, disk }: FakeNode,
  eventOf: (record: SandboxRecord) => EngineEvent,
): () => void {
  const files = disk.sandboxes;
  const put = files.put.bind(files);
  files.put = async (value) => {
    backend.tell(eventOf(value.record));
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    await put(value);
  };
  return () => {
    files.put = put;
  };
}

const everything = { id: undefined, state: undefined, labelSelector: {} };

function listed(
  records: readonly { readonly sandbox: { readonly id: string } }[],
): readonly string[] {
  return records.map(({ sandbox }) => sandbox.id);
}

function isKind(kind: string): (error: unknown) => boolean {
  return (error) => error instanceof CriError && error.kind === kind;
}
