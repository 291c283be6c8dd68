import assert from "node:assert/strict";
import { once } from "node:events";
import { stat } from "node:fs/promises";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import {
  callHeaders,
  doing,
  protocol,
  seconds,
  serve,
  version,
} from "../../test/fakes/cri-endpoint.ts";
import { CriError } from "../model/error.ts";

test("a call is answered, logged and measured; the socket has mode 0660 in a folder of 0755", async (t) => {
  const { client, socket, lines, metrics } = await serve(t, {
    Version: version,
    StopContainer: doing(() => ({})),
  });
  const answer = await client.runtime("Version", {}, seconds);
  assert.equal(answer.runtimeName, "fake");
  await client.runtime("StopContainer", { containerId: "abc" }, seconds);
  assert.equal((await stat(socket)).mode & 0o777, 0o660);
  assert.equal((await stat(join(socket, ".."))).mode & 0o777, 0o755);
  const [first, second] = lines.filter((line) => line.message === "rpc");
  assert.equal(first?.level, "debug");
  assert.equal(second?.level, "info");
  const { durationMs, ...fields } = second?.fields ?? {};
  assert.equal(typeof durationMs, "number");
  assert.deepEqual(fields, { rpc: "StopContainer", containerId: "abc", code: "OK" });
  assert.deepEqual(metrics, [
    "cri_ferry_rpc_duration_seconds Version OK",
    "cri_ferry_rpc_duration_seconds StopContainer OK",
  ]);
});

test("an answer's own id is logged", async (t) => {
  const { client, lines } = await serve(t, {
    RunPodSandbox: doing(() => ({ podSandboxId: "s1" })),
  });
  await client.runtime("RunPodSandbox", {}, seconds);
  assert.equal(lines.find((line) => line.message === "rpc")?.fields["sandboxId"], "s1");
});

test("an answer may be bytes", async (t) => {
  const method = protocol["runtime.v1.RuntimeService"];
  assert.ok(method !== undefined && !("format" in method));
  const bytes = method["Version"]?.responseSerialize({ runtimeName: "bytes" });
  const { client } = await serve(t, { Version: doing(() => bytes) });
  assert.equal((await client.runtime("Version", {}, seconds)).runtimeName, "bytes");
});

test("errors come as code and message, without their cause; surprises are Internal", async (t) => {
  const { client, lines } = await serve(t, {
    StopContainer: doing(() => {
      throw new CriError("NotFound", "no such\ud800 thing", {
        cause: new Error("secret engine words"),
      });
    }),
    StartContainer: doing(() => {
      throw new TypeError("x is not a function");
    }),
    RemoveContainer: doing(() =>
      Promise.reject(new CriError("FailedPrecondition", "y".repeat(100_000))),
    ),
  });
  await assert.rejects(client.runtime("StopContainer", {}, seconds), {
    name: "CriError",
    kind: "NotFound",
    message: "no such\ufffd thing",
  });
  await assert.rejects(client.runtime("StartContainer", {}, seconds), {
    kind: "Internal",
    message: "StartContainer: x is not a function",
  });
  await assert.rejects(client.runtime("RemoveContainer", {}, seconds), {
    kind: "FailedPrecondition",
    message: /^y{4096}…$/,
  });
  const stop = lines.find((line) => line.fields["rpc"] === "StopContainer");
  assert.equal(stop?.level, "info");
  assert.match(String(stop?.fields["err"]), /secret engine words/);
  const start = lines.find((line) => line.fields["rpc"] === "StartContainer");
  assert.equal(start?.level, "error");
  assert.match(String(start?.fields["stack"]), /unary\.test\.ts/);
  const remove = lines.find((line) => line.fields["rpc"] === "RemoveContainer");
  assert.equal(String(remove?.fields["err"]).length, 4097);
});

test("a table may only name RPCs of its service", async (t) => {
  await assert.rejects(serve(t, { Verzion: version }), /no RPC Verzion/);
});

test("a client that vanishes aborts its call", async (t) => {
  const entered = Promise.withResolvers<AbortSignal>();
  const { socket, client } = await serve(t, {
    Version: version,
    StopContainer: doing((_wire, signal) => {
      entered.resolve(signal);
      return once(signal, "abort");
    }),
  });
  const session = connectHttp2("http://localhost", { createConnection: () => connect(socket) });
  session.on("error", () => undefined);
  const stream = session.request(callHeaders("/runtime.v1.RuntimeService/StopContainer"));
  stream.on("error", () => undefined);
  stream.end(Buffer.alloc(5));
  const signal = await entered.promise;
  const aborted = once(signal, "abort");
  session.destroy();
  await aborted;
  assert.equal(signal.reason.name, "AbortError");
  await client.runtime("Version", {}, seconds);
});

test("a client that cancels aborts its call with AbortError, a deadline with TimeoutError", async (t) => {
  const reasons: string[] = [];
  const cancel = new AbortController();
  const ended = Promise.withResolvers<void>();
  const { client } = await serve(t, {
    StopContainer: doing(async (wire: { containerId: string }, signal) => {
      if (wire.containerId === "cancel") cancel.abort();
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      reasons.push(signal.reason.name);
      if (reasons.length === 2) ended.resolve();
      throw signal.reason;
    }),
  });
  await assert.rejects(
    client.runtime(
      "StopContainer",
      { containerId: "cancel" },
      { ...seconds, signal: cancel.signal },
    ),
    { kind: "Cancelled" },
  );
  await assert.rejects(client.runtime("StopContainer", {}, { timeoutMillis: 50 }), {
    kind: "DeadlineExceeded",
  });
  await ended.promise;
  assert.deepEqual(reasons, ["AbortError", "TimeoutError"]);
});

test("a thousand calls at once are all answered", async (t) => {
  let running = 0;
  let most = 0;
  const all = Promise.withResolvers<void>();
  const { client } = await serve(t, {
    StopContainer: doing(async () => {
      running += 1;
      most = Math.max(most, running);
      if (running === 1000) all.resolve();
      await all.promise;
      return {};
    }),
  });
  const calls = Array.from({ length: 1000 }, (_, i) =>
    client.runtime("StopContainer", { containerId: `${i}` }, { timeoutMillis: 60_000 }),
  );
  await Promise.all(calls);
  assert.equal(most, 1000);
});
