import assert from "node:assert/strict";
import { type ClientHttp2Stream, connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { type TestContext, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { callHeaders, doing, seconds, serve, streaming } from "../../test/fakes/cri-endpoint.ts";
import { CriError } from "../model/error.ts";

const eventsPath = "/runtime.v1.RuntimeService/GetContainerEvents";

/** A client that asks and reads nothing until it is told to. */
function askByHand(t: TestContext, socket: string, headers = {}): ClientHttp2Stream {
  const session = connectHttp2("http://localhost", { createConnection: () => connect(socket) });
  session.on("error", () => undefined);
  const stream = session.request({ ...callHeaders(eventsPath), ...headers });
  stream.on("error", () => undefined);
  stream.on("close", () => session.destroy());
  stream.pause();
  stream.end(Buffer.alloc(5));
  t.after(() => session.destroy());
  return stream;
}

async function untilStable(value: () => number): Promise<number> {
  for (;;) {
    const before = value();
    for (let turn = 0; turn < 200; turn++) await nextTurn();
    if (before > 0 && before === value()) return before;
  }
}

test("messages come in order, the stream ends, one line and one metric tell of it", async (t) => {
  const { client, lines, metrics } = await serve(t, {
    GetContainerEvents: streaming(async function* () {
      for (let i = 0; i < 100; i++) yield { containerId: `${i}` };
    }),
  });
  const answers = await Array.fromAsync(client.runtimeStream("GetContainerEvents", {}, seconds));
  assert.deepEqual(
    answers.map(({ containerId }) => containerId),
    Array.from({ length: 100 }, (_, i) => `${i}`),
  );
  const { durationMs, ...fields } = lines.find(({ message }) => message === "rpc")?.fields ?? {};
  assert.equal(typeof durationMs, "number");
  assert.deepEqual(fields, { rpc: "GetContainerEvents", messages: 100, code: "OK" });
  assert.deepEqual(metrics, ["cri_ferry_rpc_duration_seconds GetContainerEvents OK"]);
});

test("an error comes after the messages before it", async (t) => {
  const { client } = await serve(t, {
    GetContainerEvents: streaming(async function* () {
      yield { containerId: "first" };
      throw new CriError("ResourceExhausted", "too much");
    }),
  });
  const seen: string[] = [];
  await assert.rejects(
    async () => {
      for await (const answer of client.runtimeStream("GetContainerEvents", {}, seconds))
        seen.push(answer.containerId);
    },
    { kind: "ResourceExhausted", message: "too much" },
  );
  assert.deepEqual(seen, ["first"]);
});

test("a stream that is not there answers Unimplemented", async (t) => {
  const { client } = await serve(t, {});
  await assert.rejects(Array.fromAsync(client.imageStream("StreamImages", {}, seconds)));
  await assert.rejects(Array.fromAsync(client.runtimeStream("GetContainerEvents", {}, seconds)), {
    kind: "Unimplemented",
    message: "cri-ferry does not implement GetContainerEvents",
  });
});

test("a table that takes a stream for a single answer is refused", async (t) => {
  await assert.rejects(serve(t, { GetContainerEvents: doing(() => ({})) }), { kind: "Internal" });
  await assert.rejects(serve(t, { Version: streaming(async function* () {}) }), {
    kind: "Internal",
  });
});

test("nothing is made for a client that does not read; when it vanishes all is freed", async (t) => {
  let made = 0;
  const freed = Promise.withResolvers<AbortSignal>();
  const { socket } = await serve(t, {
    GetContainerEvents: streaming(async function* (_wire, signal) {
      try {
        for (; made < 10_000; made++) yield { containerId: "x".repeat(10_000) };
      } finally {
        freed.resolve(signal);
      }
    }),
  });
  const stream = askByHand(t, socket);
  const stalledAt = await untilStable(() => made);
  assert.ok(stalledAt < 1000, `${stalledAt} messages were made`);
  stream.resume();
  await untilStable(() => made - stalledAt);
  stream.session?.destroy();
  const signal = await freed.promise;
  if (made < 10_000) assert.equal(signal.reason.name, "AbortError");
});

test("a client that leaves ends a stream that waits", async (t) => {
  const freed = Promise.withResolvers<string>();
  const { client, lines } = await serve(t, {
    GetContainerEvents: streaming(async function* (_wire, signal) {
      yield { containerId: "x" };
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      freed.resolve(signal.reason.name);
    }),
  });
  for await (const answer of client.runtimeStream("GetContainerEvents", {}, {})) {
    assert.equal(answer.containerId, "x");
    break;
  }
  assert.equal(await freed.promise, "AbortError");
  await untilStable(() => lines.length);
  assert.equal(lines.find(({ message }) => message === "rpc")?.fields["code"], "Cancelled");
});

test("a deadline ends a stream whose client has stopped reading", async (t) => {
  const reason = Promise.withResolvers<string>();
  const { socket } = await serve(t, {
    GetContainerEvents: streaming(async function* (_wire, signal) {
      signal.addEventListener("abort", () => reason.resolve(signal.reason.name));
      for (;;) yield { containerId: "x".repeat(100_000) };
    }),
  });
  askByHand(t, socket, { "grpc-timeout": "300m" });
  assert.equal(await reason.promise, "TimeoutError");
});

test("a stop ends endless streams at once and lets the others finish", async (t) => {
  const finish = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  const { client, server } = await serve(t, {
    GetContainerEvents: streaming(async function* (_wire, signal) {
      yield {};
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      throw signal.reason;
    }, true),
    StreamContainers: streaming(async function* () {
      entered.resolve();
      await finish.promise;
      yield {};
    }),
  });
  const began = Promise.withResolvers<void>();
  const events = assert.rejects(
    async () => {
      for await (const _ of client.runtimeStream("GetContainerEvents", {}, {})) began.resolve();
    },
    { kind: "Unavailable", message: "cri-ferry is stopping" },
  );
  const list = Array.fromAsync(client.runtimeStream("StreamContainers", {}, seconds));
  await Promise.all([began.promise, entered.promise]);
  const stopped = server.stop(60_000);
  await events;
  finish.resolve();
  assert.equal((await list).length, 1);
  await stopped;
});
