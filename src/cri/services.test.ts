import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type FakeNode, startFakeNode } from "../../test/contract/fake-context.ts";
import { containerConfig, imageSpec, podSandboxConfig } from "../../test/contract/requests.ts";
import { noUrls, protocol, seconds, serveServices } from "../../test/fakes/cri-endpoint.ts";
import type { CriClient } from "../client/cri-client.ts";
import { createContainer, imageReference, pullImage, runPodSandbox } from "../client/pod-calls.ts";
import { criServices } from "./services.ts";

interface Node {
  readonly client: CriClient;
  readonly fake: FakeNode;
}

async function start(t: TestContext): Promise<Node> {
  const fake = await startFakeNode();
  const { client } = await serveServices(
    t,
    criServices({ runtime: fake.runtime, urls: noUrls }, protocol),
  );
  t.after(() => fake[Symbol.asyncDispose]());
  return { client, fake };
}

const image = "registry.test/app:1";

test("a pod's whole life over the socket", async (t) => {
  const { client } = await start(t);
  const pulled = await pullImage(client, { spec: imageSpec(image) }, seconds);
  assert.notEqual(pulled, "");
  assert.notEqual(await imageReference(client, imageSpec(image), seconds), undefined);
  assert.equal(
    await imageReference(client, imageSpec("registry.test/other:1"), seconds),
    undefined,
  );
  assert.equal((await client.image("ListImages", {}, seconds)).images.length, 1);

  const sandboxConfig = podSandboxConfig("web");
  const podSandboxId = await runPodSandbox(
    client,
    { config: sandboxConfig, runtimeHandler: "" },
    seconds,
  );
  const { status } = await client.runtime("PodSandboxStatus", { podSandboxId }, seconds);
  assert.equal(status?.state, "SANDBOX_READY");
  assert.deepEqual(status?.metadata, { ...sandboxConfig.metadata });

  const config = containerConfig("main", image);
  const containerId = await createContainer(
    client,
    { podSandboxId, config, sandboxConfig },
    seconds,
  );
  await client.runtime("StartContainer", { containerId: containerId.slice(0, 12) }, seconds);
  const exec = await client.runtime("ExecSync", { containerId, cmd: ["true"] }, seconds);
  assert.equal(exec.exitCode, 0);
  const running = await client.runtime("ListContainers", {}, seconds);
  assert.deepEqual(
    running.containers.map((container) => [container.id, container.state, container.podSandboxId]),
    [[containerId, "CONTAINER_RUNNING", podSandboxId]],
  );

  await client.runtime("StopContainer", { containerId, timeout: "1" }, seconds);
  const stopped = await client.runtime("ListContainers", {}, seconds);
  assert.equal(stopped.containers[0]?.state, "CONTAINER_EXITED");
  await client.runtime("RemoveContainer", { containerId }, seconds);
  await client.runtime("StopPodSandbox", { podSandboxId }, seconds);
  await client.runtime("RemovePodSandbox", { podSandboxId }, seconds);
  assert.deepEqual((await client.runtime("ListPodSandbox", {}, seconds)).items, []);
  assert.deepEqual((await client.runtime("ListContainers", {}, seconds)).containers, []);
});

test("what the runtime tells of itself arrives", async (t) => {
  const { client } = await start(t);
  const version = await client.runtime("Version", {}, seconds);
  assert.equal(version.runtimeName, "docker");
  const { status } = await client.runtime("Status", {}, seconds);
  assert.deepEqual(
    status?.conditions.map(({ type, status: ok }) => [type, ok]),
    [
      ["RuntimeReady", true],
      ["NetworkReady", true],
    ],
  );
  await client.runtime("RuntimeConfig", {}, seconds);
  await client.runtime(
    "UpdateRuntimeConfig",
    { runtimeConfig: { networkConfig: { podCidr: "10.9.0.0/24" } } },
    seconds,
  );
  await client.image("ImageFsInfo", {}, seconds);
  assert.deepEqual((await client.runtime("ListContainerStats", {}, seconds)).stats, []);
});

test("a request that is wrong names the field; a container that is not there is NotFound", async (t) => {
  const { client } = await start(t);
  await assert.rejects(client.runtime("RunPodSandbox", {}, seconds), {
    kind: "InvalidArgument",
    message: /config/,
  });
  await assert.rejects(client.runtime("ContainerStatus", { containerId: "ab" }, seconds), {
    kind: "NotFound",
  });
  await client.runtime("StopContainer", { containerId: "ab" }, seconds);
  await client.image("RemoveImage", { image: { image: "registry.test/none:1" } }, seconds);
});

test("streamed lists say what the others say, with the same filters", async (t) => {
  const { client } = await start(t);
  await pullImage(client, { spec: imageSpec(image) }, seconds);
  const sandboxConfig = podSandboxConfig("web");
  const pod = { config: sandboxConfig, runtimeHandler: "" };
  const podSandboxId = await runPodSandbox(client, pod, seconds);
  const request = { podSandboxId, config: containerConfig("main", image), sandboxConfig };
  const containerId = await createContainer(client, request, seconds);
  for (const filter of [
    {},
    { id: podSandboxId },
    { id: containerId },
    { labelSelector: { a: "b" } },
  ]) {
    const { items } = await client.runtime("ListPodSandbox", { filter }, seconds);
    const pods = await Array.fromAsync(
      client.runtimeStream("StreamPodSandboxes", { filter }, seconds),
    );
    assert.deepEqual(
      pods.flatMap(({ podSandboxes }) => podSandboxes),
      items,
    );
    const { containers } = await client.runtime("ListContainers", { filter }, seconds);
    const streamed = await Array.fromAsync(
      client.runtimeStream("StreamContainers", { filter }, seconds),
    );
    assert.deepEqual(
      streamed.flatMap((answer) => answer.containers),
      containers,
    );
  }
  for (const filter of [{}, { image: { image } }, { image: { image: "registry.test/none:1" } }]) {
    const { images } = await client.image("ListImages", { filter }, seconds);
    const streamed = await Array.fromAsync(client.imageStream("StreamImages", { filter }, seconds));
    assert.deepEqual(
      streamed.flatMap((answer) => answer.images),
      images,
    );
  }
});

test("a streamed list has as few messages as the list has parts of less than a mebibyte", async (t) => {
  const { client } = await start(t);
  const none = await Array.fromAsync(client.runtimeStream("StreamPodSandboxes", {}, seconds));
  assert.deepEqual(none, []);
  await assert.rejects(
    Array.fromAsync(
      client.runtimeStream(
        "StreamContainers",
        { filter: { state: { state: 77 as never } } },
        seconds,
      ),
    ),
    { kind: "InvalidArgument", message: /filter.state/ },
  );
});

test("fifty pods at once, each listed once and as its own status says", async (t) => {
  const { client } = await start(t);
  const run = (_: unknown, i: number): Promise<string> =>
    runPodSandbox(client, { config: podSandboxConfig(`pod-${i}`), runtimeHandler: "" }, seconds);
  const ids = await Promise.all(Array.from({ length: 50 }, run));
  const { items } = await client.runtime("ListPodSandbox", {}, seconds);
  assert.deepEqual(new Set(items.map(({ id }) => id)), new Set(ids));
  for (const item of items) {
    const { status } = await client.runtime("PodSandboxStatus", { podSandboxId: item.id }, seconds);
    assert.deepEqual(
      [item.metadata, item.state, item.createdAt, item.labels],
      [status?.metadata, status?.state, status?.createdAt, status?.labels],
    );
  }
});

test("exec, attach and port-forward are answered with a URL, or with what stands in their way", async (t) => {
  const { client } = await start(t);
  await pullImage(client, { spec: imageSpec(image) }, seconds);
  const sandboxConfig = podSandboxConfig("web");
  const pod = { config: sandboxConfig, runtimeHandler: "" };
  const podSandboxId = await runPodSandbox(client, pod, seconds);
  const request = { podSandboxId, config: containerConfig("main", image), sandboxConfig };
  const containerId = await createContainer(client, request, seconds);
  const exec = { containerId, cmd: ["sh"], stdout: true };
  const attach = { containerId, stdin: true };
  const notRunning = { kind: "FailedPrecondition", message: /a stream needs a running one/ };
  await assert.rejects(client.runtime("Exec", exec, seconds), notRunning);
  await assert.rejects(client.runtime("Attach", attach, seconds), notRunning);
  await client.runtime("StartContainer", { containerId }, seconds);
  const urlOf = (kind: string, id: string) => ({ url: `http://nowhere/${kind}/${id}` });
  assert.deepEqual(await client.runtime("Exec", exec, seconds), urlOf("exec", containerId));
  assert.deepEqual(await client.runtime("Attach", attach, seconds), urlOf("attach", containerId));
  const forward = { podSandboxId, port: [80] };
  const forwarded = await client.runtime("PortForward", forward, seconds);
  assert.deepEqual(forwarded, urlOf("portforward", podSandboxId));
  await client.runtime("StopPodSandbox", { podSandboxId }, seconds);
  await assert.rejects(client.runtime("PortForward", forward, seconds), {
    kind: "FailedPrecondition",
    message: /is not ready/,
  });
  await assert.rejects(client.runtime("Attach", { containerId }, seconds), {
    kind: "InvalidArgument",
    message: /stdin/,
  });
});
