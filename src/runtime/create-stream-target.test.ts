import assert from "node:assert/strict";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { type FakeNode, startFakeNode } from "../../test/contract/fake-context.ts";
import { echoPort } from "../../test/contract/fake-io.ts";
import { containerConfig, podSandboxConfig } from "../../test/contract/requests.ts";
import { fakeClient } from "../../test/fakes/stream-session.ts";
import type { StreamTarget } from "../model/streaming.ts";
import { createStreamTarget } from "./create-stream-target.ts";

const { signal } = new AbortController();
const image = "registry.test/app:1";

interface Scene {
  readonly node: FakeNode;
  readonly target: StreamTarget;
  readonly podSandboxId: string;
  readonly containerId: string;
}

/** A pod with a container that was made, not started. */
async function setUp(): Promise<Scene & AsyncDisposable> {
  const node = await startFakeNode();
  const { runtime, backend } = node;
  backend.addImage(image);
  const podSandboxId = await runtime.runPodSandbox(podSandboxConfig("web"), "", signal);
  const config = containerConfig("main", image, { command: ["cat"] });
  const containerId = await runtime.createContainer(podSandboxId, config, signal);
  const target = createStreamTarget(node.context);
  const dispose = () => node[Symbol.asyncDispose]();
  return { node, target, podSandboxId, containerId, [Symbol.asyncDispose]: dispose };
}

test("a command runs by a short id, with the client's streams", async () => {
  await using scene = await setUp();
  await scene.node.runtime.startContainer(scene.containerId, signal);
  const client = fakeClient();
  const { streams, session } = client;
  const request = { containerId: scene.containerId.slice(0, 8), command: ["cat"], streams };
  client.stdin.end("hello");
  assert.equal(await scene.target.exec(request, session, signal), 0);
  assert.equal(client.stdout(), "hello");
});

test("exec and attach need a container that is there and runs", async () => {
  await using scene = await setUp();
  const { streams, session } = fakeClient();
  const { target, containerId } = scene;
  const exec = (id: string) =>
    target.exec({ containerId: id, command: ["true"], streams }, session, signal);
  const attach = (id: string) => target.attach({ containerId: id, streams }, session, signal);
  for (const call of [exec, attach]) {
    await assert.rejects(call(containerId), { kind: "FailedPrecondition", message: /CREATED/ });
    await assert.rejects(call("f".repeat(64)), { kind: "NotFound" });
  }
  await scene.node.runtime.startContainer(containerId, signal);
  scene.node.backend.exit(containerId, 0);
  await scene.node.quiet();
  await assert.rejects(exec(containerId), { kind: "FailedPrecondition", message: /EXITED/ });
});

test("a connection needs a sandbox that is ready", async () => {
  await using scene = await setUp();
  const { target, podSandboxId } = scene;
  const connection = await target.connect(podSandboxId.slice(0, 8), echoPort, signal);
  connection.end("there and back");
  assert.equal(await text(connection), "there and back");
  await assert.rejects(target.connect(podSandboxId, 9, signal), { kind: "Unavailable" });
  await assert.rejects(target.connect("f".repeat(64), echoPort, signal), { kind: "NotFound" });
  await scene.node.runtime.stopPodSandbox(podSandboxId, signal);
  await assert.rejects(target.connect(podSandboxId, echoPort, signal), {
    kind: "FailedPrecondition",
  });
});
