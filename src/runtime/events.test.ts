import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { emptyDisk, type FakeNode, startFakeNode } from "../../test/contract/fake-context.ts";
import { containerConfig, podSandboxConfig } from "../../test/contract/requests.ts";
import { containerState } from "../model/container.ts";
import { podSandboxState } from "../model/pod-sandbox.ts";
import type { ContainerEvent } from "./runtime.ts";

const live = new AbortController().signal;
const image = "registry.test/app:1";

interface Listener {
  readonly events: readonly ContainerEvent[];
  /** Rejects with what ended the stream. */
  readonly ended: Promise<void>;
  leave(): void;
}

/** Follows events until the test ends; `check` is called in the turn in which one arrives. */
function listen(
  t: TestContext,
  node: FakeNode,
  check: (event: ContainerEvent) => void = () => undefined,
): Listener {
  const stop = new AbortController();
  t.after(() => stop.abort());
  const events: ContainerEvent[] = [];
  const follow = async (): Promise<void> => {
    for await (const event of node.runtime.containerEvents(stop.signal)) {
      check(event);
      events.push(event);
    }
  };
  return { events, ended: follow(), leave: () => stop.abort() };
}

function told({ events }: Listener, ...names: readonly (readonly [string, string])[]): string[] {
  const nameOf = new Map(names.map(([name, id]) => [id, name]));
  return events.map(({ id, type }) => `${nameOf.get(id) ?? "?"} ${type}`);
}

async function makePod(node: FakeNode, name = "web", attempt = 0) {
  node.backend.addImage(image);
  const metadata = { name, uid: `uid-${name}`, namespace: "contract", attempt };
  const config = podSandboxConfig(name, { metadata });
  const pod = await node.runtime.runPodSandbox(config, "", live);
  const container = await node.runtime.createContainer(pod, containerConfig("main", image), live);
  return { pod, container };
}

test("a pod's life is told in order, each event once, to everyone who listens", async (t) => {
  await using node = await startFakeNode();
  const first = listen(t, node);
  const second = listen(t, node);
  const { pod, container } = await makePod(node);
  await node.runtime.startContainer(container, live);
  await node.runtime.startContainer(container, live);
  await node.runtime.stopContainer(container, 0, live);
  await node.runtime.stopContainer(container, 0, live);
  node.backend.tell(node.backend.snapshot(0));
  await node.runtime.stopPodSandbox(pod, live);
  await node.runtime.removePodSandbox(pod, live);
  await node.quiet();
  for (const listener of [first, second]) {
    assert.deepEqual(told(listener, ["pod", pod], ["main", container]), [
      "pod CREATED",
      "pod STARTED",
      "main CREATED",
      "main STARTED",
      "main STOPPED",
      "pod STOPPED",
      "main DELETED",
      "pod DELETED",
    ]);
  }
  const times = first.events.map(({ createdAtNanos }) => createdAtNanos);
  assert.deepEqual(
    times,
    [...new Set(times)].toSorted((a, b) => (a < b ? -1 : 1)),
  );
});

test("an event shows the pod as it was then, and the status asked at once says the same", async (t) => {
  await using node = await startFakeNode();
  const states: string[] = [];
  const { events } = listen(t, node, (event) => {
    const { sandbox, containers } = event;
    assert.ok(sandbox !== undefined);
    const pod = podSandboxState(sandbox.facts);
    states.push(`${pod} ${containers.map(({ facts }) => containerState(facts)).join()}`);
    for (const { container, facts } of containers) {
      assert.deepEqual(node.runtime.containerStatus(container.id, false).record.facts, facts);
    }
    if (event.type === "DELETED") {
      assert.throws(() => node.runtime.containerStatus(event.id, false), { kind: "NotFound" });
      assert.throws(() => node.runtime.podSandboxStatus(event.id, false), { kind: "NotFound" });
    }
  });
  const { pod, container } = await makePod(node);
  await node.quiet();
  await node.runtime.startContainer(container, live);
  await node.quiet();
  node.backend.exit(container, 3);
  await node.quiet();
  await node.runtime.stopPodSandbox(pod, live);
  await node.quiet();
  await node.runtime.removePodSandbox(pod, live);
  await node.quiet();
  assert.deepEqual(states, [
    "READY ",
    "READY ",
    "READY CREATED",
    "READY RUNNING",
    "READY EXITED",
    "NOTREADY EXITED",
    "NOTREADY ",
    "NOTREADY ",
  ]);
  assert.equal(events.at(4)?.containers[0]?.facts.exitCode, 3);
});

test("a command that cannot run is an end without a start; one that is over at once is both", async (t) => {
  await using node = await startFakeNode();
  const listener = listen(t, node);
  const { pod } = await makePod(node);
  const run = async (name: string, ...command: readonly string[]): Promise<string> => {
    const config = containerConfig(name, image, { command });
    const id = await node.runtime.createContainer(pod, config, live);
    await node.runtime.startContainer(id, live).catch(() => undefined);
    await node.quiet();
    return id;
  };
  const bad = await run("bad", "cannot", "run");
  const short = await run("short", "exit", "0");
  assert.deepEqual(told(listener, ["bad", bad], ["short", short]).slice(3), [
    "bad CREATED",
    "bad STOPPED",
    "short CREATED",
    "short STARTED",
    "short STOPPED",
  ]);
});

test("what somebody removed behind our back ends first, and is shown as ended", async (t) => {
  await using node = await startFakeNode();
  const { pod } = await makePod(node);
  const listener = listen(t, node);
  await node.quiet();
  const before = listener.events.length;
  node.backend.sandboxRecords.delete(pod);
  node.backend.tell({ type: "gone", id: pod });
  await node.quiet();
  const last = listener.events.slice(before);
  assert.deepEqual(
    last.map(({ id, type }) => [id, type]),
    [
      [pod, "STOPPED"],
      [pod, "DELETED"],
    ],
  );
  for (const { sandbox } of last) {
    assert.equal(sandbox && podSandboxState(sandbox.facts), "NOTREADY");
  }
});

test("the removal of a replaced sandbox shows the pod's present one, so that nobody forgets the pod", async (t) => {
  await using node = await startFakeNode();
  const old = await makePod(node);
  await node.runtime.startContainer(old.container, live);
  await node.runtime.stopPodSandbox(old.pod, live);
  const next = await makePod(node, "web", 1);
  const other = await makePod(node, "other");
  const { events } = listen(t, node);
  await node.quiet();
  const before = events.length;
  await node.runtime.removePodSandbox(old.pod, live);
  await node.quiet();
  const [container, sandbox] = events.slice(before);
  assert.deepEqual([container?.id, sandbox?.id], [old.container, old.pod]);
  assert.equal(sandbox?.type, "DELETED");
  assert.equal(sandbox?.sandbox?.sandbox.id, next.pod);
  assert.deepEqual(
    sandbox?.containers.map((one) => one.container.id),
    [next.container],
  );
  assert.ok(other.pod !== next.pod);
});

test("the status of a pod's newest sandbox has all its containers, that of an older one its own", async () => {
  await using node = await startFakeNode();
  const old = await makePod(node);
  await node.runtime.stopPodSandbox(old.pod, live);
  const next = await makePod(node, "web", 1);
  const idsOf = (pod: string): ReadonlySet<string> => {
    const { containers } = node.runtime.podSandboxStatus(pod, false);
    return new Set(containers.map(({ container }) => container.id));
  };
  assert.deepEqual(idsOf(next.pod), new Set([old.container, next.container]));
  assert.deepEqual(idsOf(old.pod), new Set([old.container]));
});

test("who comes after a time without listeners hears first what happened in it, once", async (t) => {
  await using node = await startFakeNode();
  const { pod, container } = await makePod(node);
  const late = listen(t, node);
  const later = listen(t, node);
  await node.quiet();
  const names = [
    ["pod", pod],
    ["main", container],
  ] as const;
  assert.deepEqual(told(late, ...names), ["pod CREATED", "pod STARTED", "main CREATED"]);
  assert.deepEqual(later.events, []);
  late.leave();
  later.leave();
  await Promise.all([late.ended, later.ended]);
  await node.runtime.startContainer(container, live);
  const next = listen(t, node);
  await node.quiet();
  assert.deepEqual(told(next, ...names), ["main STARTED"]);
});

test("what changed while the daemon was away is told once after its restart", async (t) => {
  const disk = emptyDisk();
  const first = await startFakeNode(disk);
  const { pod, container } = await makePod(first);
  await first.runtime.startContainer(container, live);
  await first[Symbol.asyncDispose]();
  first.backend.exit(container, 7);
  await using second = await startFakeNode(disk, first.backend);
  const listener = listen(t, second);
  second.backend.tell(second.backend.snapshot(0));
  await second.quiet();
  assert.deepEqual(told(listener, ["pod", pod], ["main", container]), ["main STOPPED"]);
  assert.equal(listener.events[0]?.containers[0]?.facts.exitCode, 7);
});

test("what an engine already has when it is read for the first time is no event", async (t) => {
  const first = await startFakeNode();
  const { container } = await makePod(first);
  await first[Symbol.asyncDispose]();
  await using second = await startFakeNode(emptyDisk(), first.backend);
  const listener = listen(t, second);
  await second.quiet();
  assert.deepEqual(listener.events, []);
  await second.runtime.startContainer(container, live);
  await second.quiet();
  assert.deepEqual(told(listener, ["main", container]), ["main STARTED"]);
});

test("who falls too far behind is told to list again, and the others miss nothing", async (t) => {
  await using node = await startFakeNode();
  const { pod, container } = await makePod(node);
  const stop = new AbortController();
  t.after(() => stop.abort());
  const slow = node.context.events.subscribe(stop.signal);
  await slow.next();
  const quick = listen(t, node);
  const record = node.context.ledger.containers.get(container);
  assert.ok(record !== undefined);
  for (let i = 1n; i <= 1500n; i++) {
    const facts = { ...record.facts, startedAtNanos: 2n * i, finishedAtNanos: 2n * i + 1n };
    node.context.ledger.containers.learn({ ...record, facts });
    if (i % 100n === 0n) await node.quiet();
  }
  await node.quiet();
  await assert.rejects(slow.next(), { kind: "ResourceExhausted", message: /list again/ });
  assert.equal(quick.events.filter(({ type }) => type === "STOPPED").length, 1500);
  await node.runtime.removePodSandbox(pod, live);
});
