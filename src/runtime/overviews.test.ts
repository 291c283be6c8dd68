import assert from "node:assert/strict";
import { test } from "node:test";
import { startFakeNode } from "../../test/contract/fake-context.ts";
import { containerConfig, podSandboxConfig } from "../../test/contract/requests.ts";
import { engineOverviews, podOverviews } from "./overviews.ts";

const { signal } = new AbortController();

test("pods and containers are counted by state and shown with what people look for", async () => {
  await using node = await startFakeNode();
  const { runtime, context, backend } = node;
  backend.addImage("busybox");
  const [first, second] = await Promise.all(
    ["first", "second"].map((name) => runtime.runPodSandbox(podSandboxConfig(name), "", signal)),
  );
  assert.ok(first !== undefined && second !== undefined);
  const make = (name: string) =>
    runtime.createContainer(first, containerConfig(name, "busybox"), signal);
  const [running, ended] = [await make("running"), await make("ended"), await make("made")];
  for (const id of [running, ended]) await runtime.startContainer(id, signal);
  await runtime.stopContainer(ended, 0, signal);
  await runtime.stopPodSandbox(second, signal);

  const [engine] = engineOverviews(context);
  assert.equal(engine?.engine, "docker");
  assert.equal(engine.condition.ok, true);
  assert.deepEqual(engine.podSandboxes, { READY: 1, NOTREADY: 1 });
  assert.deepEqual(engine.containers, { CREATED: 1, RUNNING: 1, EXITED: 1, UNKNOWN: 0 });

  const pods = [...podOverviews(context)];
  assert.deepEqual(
    pods.map(({ name, state }) => [name, state]),
    [
      ["first", "READY"],
      ["second", "NOTREADY"],
    ],
  );
  const byName = new Map(pods[0]?.containers.map((container) => [container.name, container]));
  assert.deepEqual([...byName.values()].map(({ state }) => state).toSorted(), [
    "CREATED",
    "EXITED",
    "RUNNING",
  ]);
  assert.equal(byName.get("made")?.startedAt, undefined);
  assert.equal(byName.get("running")?.exitCode, undefined);
  assert.notEqual(byName.get("ended")?.exitCode, undefined);
  assert.equal(byName.get("ended")?.image, "busybox");
});
