import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile, rename, stat, writeFile } from "node:fs/promises";
import { connect as connectHttp2 } from "node:http2";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import {
  callHeaders,
  doing,
  folder,
  seconds,
  serve,
  version,
} from "../../test/fakes/cri-endpoint.ts";

test("a socket that a dead process left is replaced", async (t) => {
  const path = join(await folder(t), "cri.sock");
  const dead = createServer().listen(`${path}.old`);
  await once(dead, "listening");
  await rename(`${path}.old`, path);
  dead.close();
  await once(dead, "close");
  const { client } = await serve(t, { Version: version }, path);
  await client.runtime("Version", {}, seconds);
});

test("a socket that is served is refused and goes on being served", async (t) => {
  const { client, socket } = await serve(t, { Version: version });
  await assert.rejects(serve(t, { Version: version }, socket), {
    kind: "FailedPrecondition",
    message: /another process serves/,
  });
  await client.runtime("Version", {}, seconds);
});

test("a file that is no socket is refused and kept", async (t) => {
  const path = join(await folder(t), "cri.sock");
  await writeFile(path, "precious");
  await assert.rejects(serve(t, {}, path), { kind: "FailedPrecondition", message: /not a socket/ });
  assert.equal(await readFile(path, "utf8"), "precious");
});

test("a stop lets running calls finish, takes no new one and removes the socket", async (t) => {
  const entered = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<object>();
  const { client, server, socket } = await serve(t, {
    StopContainer: doing(() => {
      entered.resolve();
      return finish.promise;
    }),
  });
  const running = client.runtime("StopContainer", {}, seconds);
  await entered.promise;
  const stopped = server.stop(20_000);
  await assert.rejects(async () => {
    for (;;) await stat(socket);
  });
  finish.resolve({});
  await running;
  await stopped;
});

test("a stop cancels what outlives its grace", async (t) => {
  const entered = Promise.withResolvers<void>();
  const { client, server } = await serve(t, {
    StopContainer: doing(async (_wire, signal) => {
      entered.resolve();
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      throw signal.reason;
    }),
    StartContainer: doing(() => new Promise(() => undefined)),
  });
  const deaf = assert.rejects(client.runtime("StartContainer", {}, seconds), {
    kind: "Unavailable",
  });
  const running = assert.rejects(client.runtime("StopContainer", {}, seconds), {
    kind: "Unavailable",
    message: "cri-ferry is stopping",
  });
  await entered.promise;

  await server.stop(10);

  await running;
  await deaf;
});

test("a stop ends a connection whose request never comes to its end", async (t) => {
  const { server, socket } = await serve(t, { Version: version });
  const session = connectHttp2("http://localhost", { createConnection: () => connect(socket) });
  session.on("error", () => undefined);
  const stream = session.request(callHeaders("/runtime.v1.RuntimeService/Version"));
  stream.on("error", () => undefined);
  stream.write(Buffer.alloc(2));
  await once(session, "remoteSettings");
  const closed = new Promise((resolve) => session.once("close", resolve));
  await server.stop(10);
  await closed;
});

test("a stop leaves a socket alone that another process has put in its place", async (t) => {
  const { server, socket } = await serve(t, {});
  const other = createServer().listen(`${socket}.new`);
  await once(other, "listening");
  await rename(`${socket}.new`, socket);
  await server.stop(0);
  assert.ok((await stat(socket)).isSocket());
  other.close();
});
