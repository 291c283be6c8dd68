import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { OtlpCollector } from "../../test/fakes/otlp-collector.ts";
import type { Log, LogFields } from "../model/ports.ts";
import { type RunningTracer, startTracing } from "./tracing.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const callerId = "b7ad6b7169203331";
const sampled = `00-${traceId}-${callerId}-01`;
const unsampled = `00-${traceId}-${callerId}-00`;

interface Said {
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields | undefined;
}

function listeningLog(said: Said[]): Log {
  const at = (level: string) => (message: string, fields?: LogFields) => {
    said.push({ level, message, fields });
  };
  const log: Log = {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    child: () => log,
  };
  return log;
}

interface Traced {
  readonly tracer: RunningTracer;
  readonly said: readonly Said[];
}

async function tracerTo(endpoint: string, samplingRatePerMillion = 0): Promise<Traced> {
  const said: Said[] = [];
  const settings = { endpoint, samplingRatePerMillion };
  const log = listeningLog(said);
  return { tracer: await startTracing({ settings, version: "1.2.3", log }), said };
}

async function collector(t: TestContext, options = {}): Promise<OtlpCollector> {
  const started = await OtlpCollector.start(options);
  t.after(() => started[Symbol.asyncDispose]());
  return started;
}

const call = (traceParent: string | undefined) => ({
  name: "Service/Call",
  traceParent,
  facts: {},
});

test("a call is a span below its caller's, its parts are below it, through awaits and beside others", async (t) => {
  const received = await collector(t);
  const { tracer } = await tracerTo(received.endpoint);
  const serve = (name: string) =>
    tracer.serve({ name, traceParent: sampled, facts: { "rpc.method": name } }, async (span) => {
      await new Promise((resolve) => setImmediate(resolve));
      const parts = ["one", "two"].map((part) =>
        tracer.part(`${name} ${part}`, { part }, async () => {
          await new Promise((resolve) => setImmediate(resolve));
          await tracer.part(`${name} ${part} inside`, {}, async () => undefined);
        }),
      );
      await Promise.all(parts);
      span.add({ more: 7 });
      return name;
    });
  assert.deepEqual(await Promise.all([serve("a"), serve("b")]), ["a", "b"]);
  await tracer[Symbol.asyncDispose]();
  const byName = new Map(received.spans.map((span) => [span.name, span]));
  assert.equal(received.spans.length, 10);
  for (const name of ["a", "b"]) {
    const root = byName.get(name);
    assert.ok(root !== undefined);
    assert.deepEqual([root.traceId, root.parentSpanId, root.kind], [traceId, callerId, 2]);
    assert.deepEqual(root.facts, { "rpc.method": name, more: 7 });
    assert.equal(root.resource["service.name"], "cri-ferry");
    assert.equal(root.resource["service.version"], "1.2.3");
    for (const part of ["one", "two"]) {
      const child = byName.get(`${name} ${part}`);
      assert.deepEqual([child?.traceId, child?.parentSpanId], [traceId, root.spanId]);
      assert.deepEqual([child?.kind, child?.facts["part"]], [3, part]);
      assert.equal(byName.get(`${name} ${part} inside`)?.parentSpanId, child?.spanId);
    }
  }
});

test("what a part throws passes, and is its status", async (t) => {
  const received = await collector(t);
  const { tracer } = await tracerTo(received.endpoint);
  const failing = tracer.serve(call(sampled), async (span) => {
    span.fail("all went wrong");
    await tracer.part("bad", {}, () => Promise.reject(new Error("engine is away")));
  });
  await assert.rejects(failing, /engine is away/);
  await tracer[Symbol.asyncDispose]();
  const statuses = received.spans.map(({ name, status }) => [name, status.code, status.message]);
  assert.deepEqual(statuses, [
    ["bad", 2, "engine is away"],
    ["Service/Call", 2, "all went wrong"],
  ]);
});

test("a caller decides whether its calls are recorded; without one the rate does", async (t) => {
  const received = await collector(t);
  const never = await tracerTo(received.endpoint);
  const always = await tracerTo(received.endpoint, 1_000_000);
  for (const { tracer } of [never, always]) {
    for (const traceParent of [unsampled, undefined, "garbage"])
      await tracer.serve(call(traceParent), () => tracer.part("part", {}, async () => undefined));
    await tracer[Symbol.asyncDispose]();
  }
  assert.equal(received.spans.length, 4);
  const roots = received.spans.filter(({ name }) => name === "Service/Call");
  assert.deepEqual(
    roots.map(({ parentSpanId }) => parentSpanId),
    ["", ""],
  );
  assert.ok(roots.every((root) => root.traceId !== traceId));
});

test("work that is done for nobody, or goes on after its call, is no span", async (t) => {
  const received = await collector(t);
  const { tracer } = await tracerTo(received.endpoint, 1_000_000);
  await tracer.part("alone", {}, async () => undefined);
  let late: Promise<unknown> = Promise.resolve();
  await tracer.serve(call(sampled), async () => {
    late = new Promise((resolve) => setTimeout(resolve, 20)).then(() =>
      tracer.part("late", {}, async () => undefined),
    );
  });
  await late;
  await tracer[Symbol.asyncDispose]();
  assert.deepEqual(
    received.spans.map(({ name }) => name),
    ["Service/Call"],
  );
});

test("a collector that hangs or is away delays no call, is told of once, and keeps no more than it may", async (t) => {
  const hanging = await collector(t, { hangs: true });
  const closed = createServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const address = closed.address();
  assert.ok(typeof address === "object" && address !== null);
  closed.close();
  for (const endpoint of [hanging.endpoint, `127.0.0.1:${address.port}`]) {
    const { tracer, said } = await tracerTo(endpoint, 1_000_000);
    const serve = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++)
        await tracer.serve(call(undefined), () => tracer.part("part", {}, async () => undefined));
    };
    await serve(3_000);
    const before = heapAfterGc();
    await serve(6_000);
    const growth = (heapAfterGc() - before) / 2 ** 20;
    assert.ok(growth < 8, `the heap grew by ${growth} MiB`);
    assert.ok(hanging.messages <= 3, `${hanging.messages} messages at once`);
    await tracer[Symbol.asyncDispose]();
    assert.ok(said.filter(({ level }) => level === "warn").length <= 1);
    if (endpoint === hanging.endpoint) hanging.messages = 0;
  }
});

function heapAfterGc(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().heapUsed;
}

test("who does not trace loads nothing of OpenTelemetry", () => {
  const source = (file: string) => join(import.meta.dirname, "..", file);
  const script = `
    import { registerHooks } from "node:module";
    registerHooks({ resolve(specifier, context, next) {
      if (specifier.includes("opentelemetry") && !context.parentURL.includes("prom-client")) console.log(specifier);
      return next(specifier, context);
    } });
    await import(${JSON.stringify(source("daemon.ts"))});
    console.log("daemon loaded");
    await import(${JSON.stringify(source("tracing/otel-tracer.ts"))});`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
  });
  const [first, ...after] = stdout.trim().split("\n");
  assert.equal(first, "daemon loaded", stdout + stderr);
  assert.ok(after.length > 0);
});
