import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Client, credentials, Metadata } from "@grpc/grpc-js";
import { silentLog } from "../../test/contract/fake-context.ts";
import { doing, folder, protocol, streaming } from "../../test/fakes/cri-endpoint.ts";
import { systemClock } from "../host/clock.ts";
import { CriError } from "../model/error.ts";
import type { Span, SpanFacts, TracedCall, Tracer } from "../model/ports.ts";
import { startCriServer } from "./server.ts";

/** Writes down what it is asked for. */
class NotedTracer implements Tracer {
  readonly calls: (TracedCall & { more: SpanFacts; failure: string })[] = [];

  async serve<T>(call: TracedCall, work: (span: Span) => Promise<T>): Promise<T> {
    const noted = { ...call, more: {}, failure: "" };
    this.calls.push(noted);
    return await work({
      add: (facts) => Object.assign(noted.more, facts),
      fail: (words) => (noted.failure = words),
    });
  }

  part<T>(_name: string, _facts: SpanFacts, work: () => Promise<T>): Promise<T> {
    return work();
  }
}

interface Traced {
  readonly tracer: NotedTracer;
  /** Calls an RPC as a kubelet that traces does; resolves whatever the answer is. */
  readonly call: (rpc: string, request: object) => Promise<void>;
}

async function start(t: TestContext): Promise<Traced> {
  const socket = join(await folder(t), "cri.sock");
  const tracer = new NotedTracer();
  const none = (): void => undefined;
  const services = {
    "runtime.v1.RuntimeService": {
      RunPodSandbox: doing(() => ({ podSandboxId: "p1" })),
      StopContainer: doing(() => {
        throw new CriError("NotFound", "there is none");
      }),
      RemoveContainer: doing(() => {
        throw new CriError("Unavailable", "the engine is away");
      }),
      StreamContainers: streaming(async function* () {
        yield {};
      }),
      GetContainerEvents: streaming(async function* () {}, true),
    },
  };
  const server = await startCriServer({
    socket,
    protocol,
    services,
    log: silentLog,
    clock: systemClock,
    meter: { count: none, observe: none, gauge: none },
    tracer,
  });
  const client = new Client(`unix:${socket}`, credentials.createInsecure());
  t.after(async () => {
    client.close();
    await server.stop(0);
  });
  const definition = protocol["runtime.v1.RuntimeService"];
  assert.ok(definition !== undefined && !("format" in definition));
  const metadata = new Metadata();
  metadata.set("traceparent", "00-from-the-kubelet-01");
  const call = async (rpc: string, request: object): Promise<void> => {
    const method = definition[rpc];
    assert.ok(method !== undefined);
    const { path, requestSerialize, responseDeserialize } = method;
    const answers = client.makeServerStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      metadata,
    );
    await Array.fromAsync(answers).catch(() => undefined);
  };
  return { tracer, call };
}

test("a call is traced below its caller, with what it was about and how it ended", async (t) => {
  const { tracer, call } = await start(t);
  await call("RunPodSandbox", {});
  await call("StopContainer", { containerId: "c1" });
  await call("RemoveContainer", { containerId: "c1" });
  await call("StreamContainers", {});
  const service = "runtime.v1.RuntimeService";
  assert.deepEqual(
    tracer.calls.map(({ name, traceParent }) => [name, traceParent]),
    ["RunPodSandbox", "StopContainer", "RemoveContainer", "StreamContainers"].map((rpc) => [
      `${service}/${rpc}`,
      "00-from-the-kubelet-01",
    ]),
  );
  assert.deepEqual(tracer.calls[0]?.facts, {
    "rpc.system.name": "grpc",
    "rpc.method": `${service}/RunPodSandbox`,
  });
  const code = "rpc.response.status_code";
  assert.deepEqual(
    tracer.calls.map(({ more, failure }) => [more, failure]),
    [
      [{ [code]: "OK", "cri.pod_sandbox.id": "p1" }, ""],
      [{ [code]: "NOT_FOUND", "container.id": "c1" }, ""],
      [{ [code]: "UNAVAILABLE", "container.id": "c1" }, "the engine is away"],
      [{ [code]: "OK" }, ""],
    ],
  );
});

test("a stream without an end is not traced", async (t) => {
  const { tracer, call } = await start(t);
  await call("GetContainerEvents", {});
  assert.deepEqual(tracer.calls, []);
});
