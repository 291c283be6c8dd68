import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { dialLocalhost } from "./dial-localhost.ts";

const { signal } = new AbortController();

async function listen(t: TestContext, host: string, serve: (socket: Socket) => void) {
  const server = createServer({ allowHalfOpen: true }, serve);
  server.listen(0, host);
  await once(server, "listening");
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

for (const host of ["127.0.0.1", "::1"]) {
  test(`finds who listens on ${host}, which may speak first`, async (t) => {
    const port = await listen(t, host, (socket) => {
      socket.end("said first;");
      socket.resume();
    });
    const socket = await dialLocalhost(port, signal);
    assert.equal(socket.remoteAddress, host);
    assert.equal(await text(socket), "said first;");
  });
}

test("the other side's end leaves ours open", async (t) => {
  let heard = "";
  const ended = Promise.withResolvers<void>();
  const port = await listen(t, "127.0.0.1", (socket) => {
    socket.end();
    socket.on("data", (chunk: Buffer) => (heard += chunk.toString()));
    socket.on("end", () => ended.resolve());
  });
  const socket = await dialLocalhost(port, signal);
  socket.resume();
  await once(socket, "end");
  socket.end("still here");
  await ended.promise;
  assert.equal(heard, "still here");
});

test("a port that nobody has is Unavailable, in IPv4's words", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  await assert.rejects(dialLocalhost(port, signal), {
    kind: "Unavailable",
    message: `port ${port} of localhost: connection refused`,
  });
});

test("an abort ends it as Cancelled", async () => {
  await assert.rejects(dialLocalhost(9, AbortSignal.abort()), { kind: "Cancelled" });
});
