import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Client, credentials, Metadata } from "@grpc/grpc-js";
import { loadProtocol } from "../../src/cri/loader.ts";
import { OtlpCollector } from "../fakes/otlp-collector.ts";
import { busyboxTree, pauseEntrypoint, pauseTree } from "../harness/busybox-tree.ts";
import { CniNetwork } from "../harness/cni-network.ts";
import { CriFerry } from "../harness/cri-ferry.ts";
import { Registry } from "../harness/registry.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const kubeletSpan = "b7ad6b7169203331";
const runtimeService = "runtime.v1.RuntimeService";

test("a kubelet's trace goes on through the RPC to docker, CNI and image pulls", async () => {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "cf-tracing-"));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const collector = stack.use(await OtlpCollector.start());
  const registry = stack.use(await Registry.start(join(folder, "registry")));
  const push = (name: string, layer: Awaited<ReturnType<typeof busyboxTree>>, config: object) =>
    registry.push({ name: `tracing/${name}`, tags: ["1"], layers: [layer], config });
  const busybox = await push("busybox", await busyboxTree(), { Cmd: ["sh"], Env: ["PATH=/bin"] });
  const pause = await push("pause", pauseTree(), { Entrypoint: pauseEntrypoint });
  const network = stack.use(
    await CniNetwork.create({
      folder: join(folder, "cni"),
      bridge: "cf-tracing",
      subnet: "10.94.0.0/16",
    }),
  );
  const ferry = stack.use(
    await CriFerry.start({
      folder: join(folder, "ferry"),
      cniConfDir: network.confDir,
      sandboxImage: pause.reference,
      args: ["--tracing-endpoint", collector.endpoint],
    }),
  );
  const call = callerOf(ferry.socket, stack);

  const sandboxConfig = {
    metadata: { name: "traced", uid: "uid-traced", namespace: "tracing", attempt: 0 },
    linux: { securityContext: { namespaceOptions: { network: "POD" } } },
  };
  await call("ImageService", "PullImage", { image: { image: busybox.reference } });
  const run = await call("RuntimeService", "RunPodSandbox", { config: sandboxConfig });
  const { podSandboxId } = run as { readonly podSandboxId: string };
  await call("RuntimeService", "ListPodSandbox", {});
  await call("RuntimeService", "StopPodSandbox", { podSandboxId });
  await call("RuntimeService", "RemovePodSandbox", { podSandboxId });
  for (const { reference } of [busybox, pause])
    await call("ImageService", "RemoveImage", { image: { image: reference } });
  await ferry.stop();

  const spans = collector.spans;
  const rootOf = (rpc: string) => {
    const found = spans.filter(({ name }) => name.endsWith(`/${rpc}`));
    assert.equal(found.length, 1, rpc);
    return found[0];
  };
  const childrenOf = (spanId: string | undefined): readonly string[] =>
    spans.filter((span) => span.parentSpanId === spanId).map(({ name }) => name);
  const root = rootOf("RunPodSandbox");
  assert.deepEqual([root?.traceId, root?.parentSpanId, root?.kind], [traceId, kubeletSpan, 2]);
  assert.equal(root?.facts["cri.pod_sandbox.id"], podSandboxId);
  assert.equal(root?.facts["rpc.method"], `${runtimeService}/RunPodSandbox`);
  assert.equal(root?.resource["service.name"], "cri-ferry");
  const parts = childrenOf(root?.spanId);
  for (const part of [
    "docker POST /containers/create",
    "docker POST /containers/{id}/start",
    "cni ADD bridge",
    "image pull",
  ])
    assert.ok(parts.includes(part), `${part} is not among ${parts.join(", ")}`);
  assert.ok(childrenOf(rootOf("StopPodSandbox")?.spanId).includes("cni DEL bridge"));
  const pull = spans.find(({ parentSpanId }) => parentSpanId === rootOf("PullImage")?.spanId);
  assert.deepEqual(
    [pull?.name, pull?.facts["container.image.name"]],
    ["image pull", busybox.reference],
  );
  assert.deepEqual(childrenOf(pull?.spanId).slice(0, 1), ["docker POST /images/create"]);
  // From memory: no engine was asked.
  assert.deepEqual(childrenOf(rootOf("ListPodSandbox")?.spanId), []);
  assert.ok(spans.every((span) => span.traceId === traceId));
});

type Call = (service: string, rpc: string, request: object) => Promise<unknown>;

/** Calls as a kubelet that traces does. */
function callerOf(socket: string, stack: AsyncDisposableStack): Call {
  const protocol = loadProtocol();
  const client = new Client(`unix:${socket}`, credentials.createInsecure());
  stack.defer(() => client.close());
  const metadata = new Metadata();
  metadata.set("traceparent", `00-${traceId}-${kubeletSpan}-01`);
  return (service, rpc, request) => {
    const definition = protocol[`runtime.v1.${service}`];
    assert.ok(definition !== undefined && !("format" in definition));
    const method = definition[rpc];
    assert.ok(method !== undefined);
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        request,
        metadata,
        { deadline: Date.now() + 60_000 },
        (error, answer) => (error === null ? resolve(answer) : reject(error)),
      );
    });
  };
}
