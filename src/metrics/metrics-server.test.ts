import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { systemClock } from "../host/clock.ts";
import { CriError } from "../model/error.ts";
import type { Log } from "../model/ports.ts";
import type { MetricsRoutes } from "./metrics-routes.ts";
import { type MetricsServerOptions, startMetricsServer } from "./metrics-server.ts";
import { readinessOf } from "./readiness.ts";

const away = { ok: false, reason: "NeverRead", message: "docker was never read" };
const routes: MetricsRoutes = {
  metrics: {
    render: async (accept) => ({ contentType: `text/plain; asked=${accept}`, body: "a 1\n" }),
  },
  readiness: () => readinessOf([], away),
  sendPods: async (response) => void response.end("[]"),
};
const warnings: string[] = [];
const log: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: (message) => warnings.push(message),
  error: () => undefined,
  child: () => log,
};
const start = (more: Partial<MetricsServerOptions> = {}) =>
  startMetricsServer({
    address: "127.0.0.1:0",
    tlsCert: "",
    tlsKey: "",
    tokenFile: "",
    routes,
    clock: systemClock,
    log,
    ...more,
  });

test("metrics and health are served, anything else is refused", async () => {
  await using server = await start();
  const headers = { accept: "text/x" };
  const get = (path: string, method = "GET") =>
    fetch(`http://${server.address}${path}`, { method, headers });
  const page = await get("/metrics?x=1");
  assert.deepEqual(
    [page.status, page.headers.get("content-type"), await page.text()],
    [200, "text/plain; asked=text/x", "a 1\n"],
  );
  assert.equal((await get("/healthz")).status, 200);
  assert.equal((await get("/")).status, 404);
  assert.equal((await get("/metrics", "POST")).status, 405);
  assert.equal((await get("//")).status, 404);
});

test("a node that is not ready says 503 and why, with more words when asked", async () => {
  await using server = await start();
  const page = await fetch(`http://${server.address}/readyz`);
  assert.deepEqual([page.status, await page.text()], [503, "not ready\nlists: NeverRead\n"]);
  const long = await fetch(`http://${server.address}/readyz?verbose`);
  assert.equal(await long.text(), "not ready\nlists: NeverRead: docker was never read\n");
});

test("names of pods are not shown without a token", async () => {
  await using server = await start();
  const page = await fetch(`http://${server.address}/debug/pods`);
  assert.equal(page.status, 403);
  assert.match(await page.text(), /metrics\.tokenFile/);
});

test("metrics that cannot be read are 500, and the server lives on", async () => {
  const broken = { render: () => Promise.reject(new Error("secret")) };
  await using server = await start({ routes: { ...routes, metrics: broken } });
  const page = await fetch(`http://${server.address}/metrics`);
  assert.equal(page.status, 500);
  assert.doesNotMatch(await page.text(), /secret/);
  assert.equal((await fetch(`http://${server.address}/healthz`)).status, 200);
});

test("IPv6 works in brackets", async () => {
  await using server = await start({ address: "[::1]:0" });
  assert.match(server.address, /^\[::1\]:\d+$/);
  assert.equal((await fetch(`http://${server.address}/healthz`)).status, 200);
});

test("an address that is taken is Unavailable, one that is none InvalidArgument", async () => {
  await using server = await start();
  const isKind = (kind: string) => (thrown: unknown) =>
    thrown instanceof CriError && thrown.kind === kind;
  await assert.rejects(start({ address: server.address }), isKind("Unavailable"));
  for (const address of ["x", "127.0.0.1", "127.0.0.1:99999", ""]) {
    await assert.rejects(start({ address }), isKind("InvalidArgument"));
  }
});

test("closing does not wait for a client that says nothing", async () => {
  const server = await start();
  const client = connect({ host: "127.0.0.1", port: Number(server.address.split(":")[1]) });
  await once(client, "connect");
  const closed = once(client, "close");
  await server[Symbol.asyncDispose]();
  await closed;
});

test("an address beyond this machine is warned of, loopback is not", async () => {
  warnings.length = 0;
  for (const address of ["127.0.0.1:0", "127.9.9.9:0", "[::1]:0"]) {
    await using _server = await start({ address });
    assert.deepEqual(warnings, [], address);
  }
  await using _server = await start({ address: "0.0.0.0:0" });
  assert.equal(warnings.length, 1);
});
