import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { hijackConnection } from "./hijack.ts";
import { isAnswer } from "./transport.ts";

const upgraded = "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n";
const { signal } = new AbortController();

/** An engine that does this with its first connection, once the head of the request has come. */
async function engine(t: TestContext, serve: (socket: Socket, head: string) => void) {
  const folder = await mkdtemp(join(tmpdir(), "cf-hijack-"));
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => undefined);
    socket.once("data", (head: Buffer) => serve(socket, head.toString()));
  });
  server.listen(join(folder, "engine.sock"));
  await once(server, "listening");
  t.after(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  return join(folder, "engine.sock");
}

async function hijack(socketPath: string, body?: object) {
  const request = { method: "POST", path: "/x", ...(body && { body }) } as const;
  const connection = await hijackConnection(socketPath, { request, path: "/v1.41/x" }, signal);
  assert.ok(!isAnswer(connection));
  return connection;
}

test("the head says how long the body is, also of none, and what comes with the answer's head is output", async (t) => {
  const heads: string[] = [];
  const path = await engine(t, (socket, head) => {
    heads.push(head);
    socket.end(`${upgraded}first words`);
  });
  assert.equal(await text(await hijack(path)), "first words");
  assert.equal(await text(await hijack(path, { Tty: true })), "first words");
  assert.match(heads[0] ?? "", /^POST \/v1\.41\/x HTTP\/1\.1\r\n/);
  assert.match(heads[0] ?? "", /content-length: 0\r\n/i);
  assert.match(heads[1] ?? "", /content-length: 12\r\n/i);
});

test("a refusal is an answer", async (t) => {
  const path = await engine(t, (socket) => {
    socket.end("HTTP/1.1 409 Conflict\r\nContent-Length: 2\r\n\r\n{}");
  });
  const request = { method: "POST", path: "/x" } as const;
  const answer = await hijackConnection(path, { request, path: "/x" }, signal);
  assert.ok(isAnswer(answer));
  assert.equal(answer.statusCode, 409);
  answer.resume();
});

test("the end of our half is seen, and what comes after it is read", async (t) => {
  const path = await engine(t, (socket) => {
    socket.write(upgraded);
    let said = "";
    socket.on("data", (chunk: Buffer) => (said += chunk.toString()));
    socket.on("end", () => socket.end(`${said} heard`));
  });
  const connection = await hijack(path);
  connection.end("input");
  assert.equal(await text(connection), "input heard");
});

test("an engine that ends with input unread loses none of its output", async (t) => {
  const output = Buffer.alloc(150_000, 5);
  const path = await engine(t, (socket) => {
    socket.pause();
    socket.write(upgraded);
    // All of it is on its way when the engine closes, with our input unread.
    setTimeout(() => socket.write(output, () => socket.destroy()), 50);
  });
  const connection = await hijack(path);
  const input = Buffer.alloc(1 << 20);
  for (let count = 0; count < 4; count += 1) connection.write(input);
  await wait(200);
  const reading = buffer(connection);
  connection.write(input);
  assert.equal((await reading).length, output.length);
});

test("nobody at the socket is Node's own error", async () => {
  const request = { method: "POST", path: "/x" } as const;
  await assert.rejects(hijackConnection("/nonexistent/x", { request, path: "/x" }, signal), {
    code: "ENOENT",
  });
});
