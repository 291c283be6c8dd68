import assert from "node:assert/strict";
import { test } from "node:test";
import type { ContainerRecord } from "../../src/backends/backend.ts";
import { type ContainerFacts, containerState, exitReason } from "../../src/model/container.ts";
import { podSandboxState } from "../../src/model/pod-sandbox.ts";
import { noResources } from "../../src/model/resources.ts";
import { describeIo } from "./io-contract.ts";
import { imageSpec, podSandboxConfig } from "./requests.ts";
import {
  type BackendUnderTest,
  create,
  type It,
  type Lacks,
  runPod,
  signal,
} from "./under-test.ts";

/** Every engine keeps these promises of the interface; `make` gives a fresh engine. */
export function describeBackend(
  name: string,
  make: () => Promise<BackendUnderTest>,
  lacks: Lacks = {},
): void {
  const it: It = (promise, body, needs) => {
    const skip = needs === undefined ? undefined : lacks[needs];
    void test(`${name}: ${promise}`, { ...(skip !== undefined && { skip }) }, async () => {
      await using under = await make();
      await body(under);
    });
  };
  describeIo(it);

  it("a sandbox is ready once run, not ready once stopped, and stopping it again is a success", async ({
    backend,
  }) => {
    await using pod = await runPod(backend, "lifecycle");
    assert.equal(podSandboxState(pod.record.facts), "READY");
    const stopped = await backend.sandboxes.stop(pod.record.sandbox, signal());
    assert.equal(podSandboxState(stopped), "NOTREADY");
    const again = await backend.sandboxes.stop(pod.record.sandbox, signal());
    assert.equal(podSandboxState(again), "NOTREADY");
  });

  it("removing a sandbox twice is a success, and its name is free again", async ({ backend }) => {
    const pod = await runPod(backend, "remove-twice");
    await backend.sandboxes.remove(pod.record.sandbox, signal());
    await backend.sandboxes.remove(pod.record.sandbox, signal());
    await using second = await runPod(backend, "remove-twice");
    assert.notEqual(second.record.sandbox.id, pod.record.sandbox.id);
  });

  it("a container goes from created over running to exited", async (under) => {
    await using pod = await runPod(under.backend, "states");
    await using created = await create(under, pod.record, { command: under.commands.runs });
    const { container } = created;
    assert.equal(containerState(created.facts), "CREATED");
    const started = await under.backend.containers.start(container, pod.record.sandbox, signal());
    assert.equal(containerState(started), "RUNNING");
    assert.ok(started.pid > 0);
    assert.ok((under.backend.containers.locate(container)?.pid ?? 0) > 0);
    const ended = await under.backend.containers.stop(container, 10, signal());
    assert.equal(containerState(ended), "EXITED");
    assert.equal(exitReason(ended), "Error");
    assert.ok(ended.finishedAtNanos >= ended.startedAtNanos);
  });

  it("a command that cannot run is a fact with the engine's words", async (under) => {
    await using pod = await runPod(under.backend, "cannot-run");
    await using created = await create(under, pod.record, { command: under.commands.cannotRun });
    const { container } = created;
    const facts = await under.backend.containers.start(container, pod.record.sandbox, signal());
    assert.equal(containerState(facts), "EXITED");
    assert.equal(exitReason(facts), "ContainerCannotRun");
    assert.notEqual(facts.error, "");
    assert.notEqual(facts.exitCode, 0);
  });

  it("an exit is told unasked, with its code", async (under) => {
    const events = under.backend.events(AbortSignal.timeout(20_000))[Symbol.asyncIterator]();
    await events.next();
    await using pod = await runPod(under.backend, "exit-code");
    await using created = await create(under, pod.record, { command: under.commands.endsWith(7) });
    const { container } = created;
    const started = await under.backend.containers.start(container, pod.record.sandbox, signal());
    const ended = await endOf(started, events, container.id);
    assert.equal(ended.exitCode, 7);
    assert.equal(exitReason(ended), "Error");
    await events.return?.();
  });

  it("a later stop with less grace wins over one that waits", async (under) => {
    await using pod = await runPod(under.backend, "shorter-stop");
    await using created = await create(under, pod.record, {
      command: under.commands.ignoresSigterm,
    });
    const { container } = created;
    await under.backend.containers.start(container, pod.record.sandbox, signal());
    const patient = under.backend.containers.stop(container, 86_400, signal());
    await new Promise((resolve) => setImmediate(resolve));
    const killed = await under.backend.containers.stop(container, 0, signal());
    assert.equal(containerState(killed), "EXITED");
    assert.equal(killed.exitCode, 137);
    assert.equal((await patient).exitCode, 137);
  });

  it("removing a running container ends it, and removing it again is a success", async (under) => {
    await using pod = await runPod(under.backend, "remove-running");
    await using created = await create(under, pod.record, { command: under.commands.runs });
    const { container } = created;
    await under.backend.containers.start(container, pod.record.sandbox, signal());
    await under.backend.containers.remove(container, signal());
    await under.backend.containers.remove(container, signal());
  });

  it("containers of one name and attempt in two sandboxes of one pod are two containers", async (under) => {
    await using pod = await runPod(under.backend, "twice");
    await using old = await create(under, pod.record, { command: under.commands.runs });
    await under.backend.containers.start(old.container, pod.record.sandbox, signal());
    await under.backend.sandboxes.stop(pod.record.sandbox, signal());
    await using next = await runPod(under.backend, "twice", 1);
    await using made = await create(under, next.record, { command: under.commands.runs });
    assert.notEqual(made.container.id, old.container.id);
    assert.deepEqual(made.container.config.metadata, old.container.config.metadata);
    assert.ok(under.backend.containers.locate(old.container) !== undefined);
    await under.backend.containers.start(made.container, next.record.sandbox, signal());
    assert.ok(under.backend.containers.locate(made.container) !== undefined);
  });

  it("an update changes the limits that are said and keeps the others", async (under) => {
    await using pod = await runPod(under.backend, "update");
    const resources = { ...noResources, cpuShares: 512, memoryLimitBytes: 64 * 1024 * 1024 };
    await using created = await create(under, pod.record, {
      command: under.commands.runs,
      resources,
    });
    const { container } = created;
    await under.backend.containers.start(container, pod.record.sandbox, signal());
    const facts = await under.backend.containers.update(
      container,
      { ...noResources, cpuShares: 256 },
      signal(),
    );
    assert.equal(facts.resources.cpuShares, 256);
    assert.equal(facts.resources.memoryLimitBytes, 64 * 1024 * 1024);
  });

  it("an image is found by its name and by its id, and one that is not there is undefined", async ({
    backend,
    image,
  }) => {
    const byName = await backend.images.status(imageSpec(image), signal());
    assert.ok(byName !== undefined);
    assert.equal((await backend.images.status(imageSpec(byName.id), signal()))?.id, byName.id);
    assert.equal(
      await backend.images.status(imageSpec("cri-ferry.test/nothing:1"), signal()),
      undefined,
    );
  });

  it("an abort before the start leaves no sandbox", async ({ backend }) => {
    const gone = AbortSignal.abort(new Error("the caller left"));
    await assert.rejects(
      backend.sandboxes.run({ config: podSandboxConfig("aborted"), runtimeHandler: "" }, gone),
    );
    await using second = await runPod(backend, "aborted");
    assert.equal(podSandboxState(second.record.facts), "READY");
  });
}

/** An end that the start itself showed is told by its result, and not again. */
async function endOf(
  started: ContainerFacts,
  events: AsyncIterator<unknown>,
  id: string,
): Promise<ContainerFacts> {
  for (let facts = started; ; ) {
    if (containerState(facts) === "EXITED") return facts;
    const { value, done } = await events.next();
    assert.ok(done !== true, "the events ended");
    facts = recordOf(value, id)?.facts ?? facts;
  }
}

function recordOf(event: unknown, id: string): ContainerRecord | undefined {
  const { type, record } = event as { type: string; record?: ContainerRecord };
  return type === "container" && record?.container.id === id ? record : undefined;
}
