import assert from "node:assert/strict";
import { once } from "node:events";
import { type Duplex, duplexPair, type Readable } from "node:stream";
import { type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { CriError } from "../../model/error.ts";
import { FrameEncoder } from "./frame-encoder.ts";
import { SpdyConnection, type SpdyConnectionOptions } from "./spdy-connection.ts";
import type { SpdyStream } from "./spdy-stream.ts";

const soon = (): AbortSignal => AbortSignal.timeout(10_000);
const named = (name: string) => new Map([["streamtype", name]]);

/** Reads to the end and leaves the other half alone: an async iterator would destroy the stream. */
async function buffer(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(stream, "end");
  return Buffer.concat(chunks);
}

async function text(stream: Readable): Promise<string> {
  return String(await buffer(stream));
}

interface Pair {
  readonly client: SpdyConnection;
  readonly server: SpdyConnection;
  readonly accepted: SpdyStream[];
  /** Why each end was closed. */
  readonly closed: { client: CriError | undefined | "open"; server: CriError | undefined | "open" };
  readonly sockets: readonly [Duplex, Duplex];
}

function connect(t: TestContext, changes: Partial<SpdyConnectionOptions> = {}): Pair {
  const sockets = duplexPair();
  const accepted: SpdyStream[] = [];
  const closed: Pair["closed"] = { client: "open", server: "open" };
  const server = new SpdyConnection({
    socket: sockets[0],
    role: "server",
    onStream: (stream) => accepted.push(stream),
    onClose: (reason) => {
      closed.server = reason;
    },
    ...changes,
  });
  const client = new SpdyConnection({
    socket: sockets[1],
    role: "client",
    onClose: (reason) => {
      closed.client = reason;
    },
  });
  t.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  return { client, server, accepted, closed, sockets };
}

/** The server's end of the stream that was opened last. */
function last({ accepted }: Pair): SpdyStream {
  const stream = accepted.at(-1);
  assert.ok(stream !== undefined);
  return stream;
}

test("a stream carries its headers and data both ways, each way until its own end", async (t) => {
  const pair = connect(t);
  const near = await pair.client.open(named("stdin"), soon());
  const far = last(pair);
  assert.deepEqual([...far.headers], [["streamtype", "stdin"]]);
  near.end("up");
  assert.equal(await text(far), "up");
  far.write("do");
  far.end("wn");
  assert.equal(await text(near), "down");
});

test("large data is exact, on several streams at once", async (t) => {
  const pair = connect(t);
  const sent = Array.from({ length: 4 }, (_, i) => Buffer.alloc(3_000_000 + i, i + 1));
  const received = sent.map(async (bytes) => {
    const near = await pair.client.open(named("data"), soon());
    const far = pair.accepted.find(({ id }) => id === near.id);
    near.end(bytes);
    far?.pipe(far);
    return await buffer(near);
  });
  for (const [index, bytes] of (await Promise.all(received)).entries()) {
    assert.ok(bytes.equals(sent[index] ?? Buffer.alloc(0)));
  }
});

test("who is not read must wait, and nothing is lost", async (t) => {
  const pair = connect(t);
  const near = await pair.client.open(named("stdin"), soon());
  const far = last(pair);
  const piece = Buffer.alloc(64 * 1024, 1);
  let accepted = 0;
  while (near.write(piece) && accepted < 1_000) {
    accepted += 1;
    await setImmediate();
  }
  assert.ok(accepted < 100, `${accepted} pieces went to a reader that does not read`);
  near.end();
  assert.equal((await buffer(far)).length, (accepted + 1) * piece.length);
});

test("a reset fails the other end, and only that stream", async (t) => {
  const pair = connect(t);
  const first = await pair.client.open(named("stdin"), soon());
  const second = await pair.client.open(named("stdout"), soon());
  const [farFirst, farSecond] = pair.accepted;
  assert.ok(farFirst !== undefined && farSecond !== undefined);
  const failed = once(farFirst, "error");
  first.destroy();
  const [error] = (await failed) as [CriError];
  assert.match(error.message, /reset/);
  farSecond.end("on");
  assert.equal(await text(second), "on");
});

test("a stream that is not acceptable is refused, the others are not", async (t) => {
  const pair = connect(t, { accepts: (headers) => headers.get("streamtype") === "data" });
  await assert.rejects(pair.client.open(named("other"), soon()), { kind: "Unavailable" });
  await pair.client.open(named("data"), soon());
  assert.equal(pair.accepted.length, 1);
});

test("there are only so many streams at once", async (t) => {
  const pair = connect(t);
  const opened = await Promise.allSettled(
    Array.from({ length: 600 }, () => pair.client.open(named("data"), soon())),
  );
  assert.equal(opened.filter(({ status }) => status === "fulfilled").length, 512);
  for (const stream of pair.accepted.splice(0)) stream.destroy();
  await setImmediate();
  await pair.client.open(named("data"), soon());
});

test("a client that vanishes fails every stream; the reason is told once", async (t) => {
  const pair = connect(t);
  await pair.client.open(named("stdin"), soon());
  const far = last(pair);
  const failed = once(far, "error");
  pair.sockets[1].destroy();
  const [error] = (await failed) as [CriError];
  assert.equal(error.kind, "Unavailable");
  await setImmediate();
  assert.equal(pair.closed.server, error);
  assert.equal(far.destroyed, true);
});

test("the end comes after what was sent, and is no failure", async (t) => {
  const pair = connect(t);
  const near = await pair.client.open(named("stdout"), soon());
  const read = text(near);
  const far = last(pair);
  far.end("x".repeat(300_000));
  await once(far, "finish");
  pair.server.end();
  assert.equal((await read).length, 300_000);
  pair.sockets[1].end();
  await once(pair.sockets[0], "close");
  assert.equal(pair.closed.server, undefined);
});

test("pings are answered; those with ids of our own parity are not", async (t) => {
  const [near, far] = duplexPair();
  t.after(() => near.destroy());
  new SpdyConnection({ socket: far, role: "server", onClose: () => undefined });
  const encoder = new FrameEncoder();
  const ping = (id: number): Buffer => encoder.control({ type: "PING", id });
  near.write(Buffer.concat([ping(2), ping(3)]));
  const [answer] = (await once(near, "data")) as [Buffer];
  assert.deepEqual(answer, ping(3));
});

test("a peer that asks for answers and reads none is not read either", async (t) => {
  const [near, far] = duplexPair();
  t.after(() => near.destroy());
  new SpdyConnection({ socket: far, role: "server", onClose: () => undefined });
  const pings = Buffer.concat(
    Array.from({ length: 5_000 }, (_, i) =>
      new FrameEncoder().control({ type: "PING", id: 2 * i + 1 }),
    ),
  );
  let written = 0;
  while (near.write(pings) && written < 100) written += 1;
  await setImmediate();
  await setImmediate();
  assert.ok(far.isPaused());
  assert.ok(far.writableLength < 400_000);
  near.resume();
  await once(far, "drain");
  assert.equal(far.isPaused(), false);
});

test("streams out of turn and bytes that are no frames end the connection", async (t) => {
  const syn = (encoder: FrameEncoder, streamId: number): Buffer =>
    encoder.control({ type: "SYN_STREAM", streamId, isLast: false, headers: named("data") });
  const encoder = new FrameEncoder();
  const wrong: readonly Buffer[] = [
    syn(new FrameEncoder(), 2),
    Buffer.concat([syn(encoder, 5), syn(encoder, 3)]),
    Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n").fill(0, 0, 4),
  ];
  for (const bytes of wrong) {
    const pair = connect(t);
    pair.sockets[1].write(bytes);
    await once(pair.sockets[0], "close");
    assert.ok(typeof pair.closed.server === "object");
    assert.equal(pair.closed.server.kind, "InvalidArgument");
    assert.match(pair.closed.server.message, /^SPDY: /);
  }
});

test("whoever waits for a stream can give up, and does when the peer leaves", async (t) => {
  const [near, far] = duplexPair();
  const client = new SpdyConnection({ socket: near, role: "client", onClose: () => undefined });
  t.after(() => near.destroy());
  await assert.rejects(client.open(named("a"), AbortSignal.abort()), { kind: "Cancelled" });
  const opening = client.open(named("b"), soon());
  far.destroy();
  await assert.rejects(opening, { kind: "Unavailable" });
  await assert.rejects(client.open(named("c"), soon()), { kind: "Unavailable" });
});

test("a stream's failure that nobody listens for is no harm", async (t) => {
  const pair = connect(t);
  await pair.client.open(named("stdin"), soon());
  const unread: Readable = last(pair);
  pair.sockets[1].destroy();
  await once(pair.sockets[0], "close");
  assert.equal(unread.destroyed, true);
});
