import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { CriError } from "../model/error.ts";
import { startMetricsServer } from "./metrics-server.ts";

const metrics = {
  render: async (accept?: string) => ({
    contentType: `text/plain; asked=${accept}`,
    body: "a 1\n",
  }),
};
const start = (more: Partial<Parameters<typeof startMetricsServer>[0]> = {}) =>
  startMetricsServer({ address: "127.0.0.1:0", metrics, healthy: () => true, ...more });

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
});

test("a daemon that is not ready says 503", async () => {
  await using server = await start({ healthy: () => false });
  assert.equal((await fetch(`http://${server.address}/healthz`)).status, 503);
});

test("metrics that cannot be read are 500, and the server lives on", async () => {
  const broken = { render: () => Promise.reject(new Error("secret")) };
  await using server = await start({ metrics: broken });
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
