import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { WebSocket } from "ws";
import {
  execRequest,
  readAll,
  type StreamingNode,
  soon,
  startStreaming,
} from "../../../test/fakes/streaming-node.ts";
import { openTunnel } from "../../../test/fakes/tunnel-client.ts";
import { sinkTarget } from "../../../test/harness/sink-target.ts";
import { SpdyConnection } from "../spdy/spdy-connection.ts";

/** A client of channels: what came on each, and how the connection ended. */
class Client {
  readonly webSocket: WebSocket;
  readonly messages: { readonly channel: number; readonly bytes: Buffer }[] = [];
  readonly #isBase64: boolean;

  constructor(url: string, protocols: readonly string[]) {
    this.webSocket = new WebSocket(url, [...protocols], { perMessageDeflate: false });
    this.#isBase64 = protocols.some((protocol) => protocol.includes("base64"));
    this.webSocket.on("message", (message: Buffer, isBinary) => {
      assert.equal(isBinary, !this.#isBase64);
      const bytes = message.subarray(1);
      const channel = message[0] ?? 0;
      this.messages.push(
        this.#isBase64
          ? { channel: channel - 48, bytes: Buffer.from(bytes.toString(), "base64") }
          : { channel, bytes },
      );
    });
  }

  async open(): Promise<this> {
    await once(this.webSocket, "open", { signal: soon() });
    return this;
  }

  send(channel: number, text: string): void {
    const base64 = Buffer.from(text).toString("base64");
    if (this.#isBase64) this.webSocket.send(`${channel}${base64}`);
    else this.webSocket.send(Buffer.concat([Buffer.from([channel]), Buffer.from(text)]));
  }

  /** Returns the code of the close. */
  async closed(): Promise<number> {
    if (this.webSocket.readyState === WebSocket.CLOSED) return 0;
    const [code] = (await once(this.webSocket, "close", { signal: soon() })) as [number];
    return code;
  }

  text(channel: number): string {
    const mine = this.messages.filter((message) => message.channel === channel);
    return Buffer.concat(mine.map(({ bytes }) => bytes)).toString();
  }
}

const exec = (node: StreamingNode, command: readonly string[]): string =>
  node.server.exec(execRequest(command));

test("v5 carries input until its close signal, output, and the status", async (t) => {
  const node = await startStreaming(t);
  const client = await new Client(exec(node, ["echo"]), ["v5.channel.k8s.io"]).open();
  assert.equal(client.webSocket.protocol, "v5.channel.k8s.io");
  client.send(0, "hello");
  client.webSocket.send(Buffer.from([255, 0]));
  assert.equal(await client.closed(), 1000);
  assert.deepEqual(client.messages[0], { channel: 1, bytes: Buffer.alloc(0) });
  assert.equal(client.text(1), "hello");
  assert.equal(client.text(3), '{"status":"Success"}');
  assert.ok(node.counted.includes("cri_ferry_streaming_sessions_running 1 exec"));
});

test("each protocol tells failures in its own form, in bytes or base64", async (t) => {
  const node = await startStreaming(t);
  const statusOf = async (...protocols: readonly string[]): Promise<string> => {
    const client = await new Client(exec(node, ["exit", "7"]), protocols).open();
    assert.equal(client.webSocket.protocol, protocols[0] ?? "");
    await client.closed();
    return client.text(3);
  };
  for (const protocol of ["v5.channel.k8s.io", "v4.channel.k8s.io", "v4.base64.channel.k8s.io"]) {
    assert.match(await statusOf(protocol), /"reason":"NonZeroExitCode".*"message":"7"/);
  }
  for (const protocols of [["channel.k8s.io"], ["base64.channel.k8s.io"], []]) {
    assert.equal(await statusOf(...protocols), "command terminated with non-zero exit code: 7");
  }
});

test("base64 channels carry what they are given", async (t) => {
  const node = await startStreaming(t);
  const client = await new Client(exec(node, ["echo"]), ["v4.base64.channel.k8s.io"]).open();
  client.send(0, "ünïcode \0");
  while (client.text(1) !== "ünïcode \0") await once(client.webSocket, "message");
  client.webSocket.close();
  await client.closed();
});

test("without the close signal 255 is a channel that there is not", async (t) => {
  const node = await startStreaming(t);
  const client = await new Client(exec(node, ["echo"]), ["v4.channel.k8s.io"]).open();
  client.webSocket.send(Buffer.from([255, 0]));
  client.webSocket.send(Buffer.alloc(0));
  client.send(0, "still open");
  while (client.text(1) !== "still open") await once(client.webSocket, "message");
  client.webSocket.terminate();
});

test("large input and output are exact", async (t) => {
  const node = await startStreaming(t);
  const client = await new Client(exec(node, ["echo"]), ["v5.channel.k8s.io"]).open();
  const piece = Buffer.alloc(1_000_000, "0123456789abcdefg");
  const hash = createHash("sha256");
  for (let count = 0; count < 20; count += 1) {
    client.webSocket.send(Buffer.concat([Buffer.from([0]), piece]));
    hash.update(piece);
  }
  client.webSocket.send(Buffer.from([255, 0]));
  await client.closed();
  assert.equal(createHash("sha256").update(client.text(1)).digest("hex"), hash.digest("hex"));
});

test("a terminal's sizes arrive", async (t) => {
  const node = await startStreaming(t);
  const url = node.server.exec(execRequest(["sizes", "1"], { tty: true, stderr: false }));
  const client = await new Client(url, ["v5.channel.k8s.io"]).open();
  client.send(4, '{"Width":120,"Height":40}\n');
  await client.closed();
  assert.equal(client.text(1), "120x40\n");
});

test("a client that does not send is not read, and still gets its pings answered", async (t) => {
  const node = await startStreaming(t, {
    target: { ...sinkTarget, exec: () => Promise.withResolvers<number>().promise },
  });
  const client = await new Client(exec(node, ["x"]), ["v5.channel.k8s.io"]).open();
  const piece = Buffer.alloc(100_000);
  for (let count = 0; count < 200; count += 1) client.webSocket.send(piece);
  await once(client.webSocket, "pong", { signal: soon() });
  assert.ok(client.webSocket.bufferedAmount > 1_000_000);
  client.webSocket.terminate();
});

test("when a client vanishes the command's signal aborts", async (t) => {
  const aborted = Promise.withResolvers<unknown>();
  const node = await startStreaming(t, {
    target: {
      ...sinkTarget,
      exec: async (_request, _session, signal) => {
        await once(signal, "abort");
        aborted.resolve(signal.reason);
        throw signal.reason;
      },
    },
  });
  const vanishing = await new Client(exec(node, ["x"]), ["v5.channel.k8s.io"]).open();
  vanishing.webSocket.terminate();
  assert.match(String(await aborted.promise), /the client has left/);
});

test("a message may be larger than what is ever kept, and come in fragments between pings", async (t) => {
  const node = await startStreaming(t);
  const client = await new Client(exec(node, ["sink"]), ["v5.channel.k8s.io"]).open();
  const { webSocket } = client;
  webSocket.send(Buffer.alloc(5 * 2 ** 20));
  webSocket.send(Buffer.alloc(1), { fin: false });
  webSocket.ping("between");
  webSocket.send(Buffer.alloc(0), { fin: false });
  webSocket.send(Buffer.alloc(9), { fin: true });
  const [pong] = (await once(webSocket, "pong", { signal: soon() })) as [Buffer];
  assert.equal(pong.toString(), "between");
  webSocket.send(Buffer.from([255]), { fin: false });
  webSocket.send(Buffer.from([0]));
  assert.equal(await client.closed(), 1000);
  assert.equal(client.text(1), String(5 * 2 ** 20 - 1 + 9));
});

test("base64 may be cut anywhere", async (t) => {
  const node = await startStreaming(t);
  const client = await new Client(exec(node, ["echo"]), ["base64.channel.k8s.io"]).open();
  const text = `0${Buffer.from("cut anywhere").toString("base64")}`;
  for (let index = 0; index < text.length; index += 1) {
    client.webSocket.send(text.charAt(index), { fin: index === text.length - 1 });
  }
  while (client.text(1) !== "cut anywhere") await once(client.webSocket, "message");
  client.webSocket.close();
  await client.closed();
});

test("what breaks the rules is told so, and ends its session only", async (t) => {
  const node = await startStreaming(t);
  const bystander = await new Client(exec(node, ["echo"]), ["v5.channel.k8s.io"]).open();
  const client = await new Client(exec(node, ["echo"]), ["v5.channel.k8s.io"]).open();
  // A client whose frames are not masked.
  client.webSocket.send(Buffer.from([0, 1]), { mask: false });
  assert.equal(await client.closed(), 1002);
  bystander.send(0, "well");
  while (bystander.text(1) !== "well") await once(bystander.webSocket, "message");
  bystander.webSocket.close(4000);
  assert.equal(await bystander.closed(), 4000, "its own code comes back");
});

test("a client that pings and does not read is not read either", async (t) => {
  const node = await startStreaming(t, {
    target: { ...sinkTarget, exec: () => Promise.withResolvers<number>().promise },
  });
  const client = await new Client(exec(node, ["x"]), ["v5.channel.k8s.io"]).open();
  client.webSocket.pause();
  const payload = Buffer.alloc(125);
  let sent = 0;
  while (client.webSocket.bufferedAmount < 2 ** 20 && sent < 2 ** 20) {
    for (let count = 0; count < 1_000; count += 1) client.webSocket.ping(payload);
    sent += 1_000;
    await setImmediate();
  }
  assert.ok(client.webSocket.bufferedAmount >= 2 ** 20, "its pings wait on its own side");
  client.webSocket.terminate();
});

test("ports are forwarded on channels, which begin with the port", async (t) => {
  const node = await startStreaming(t);
  const url = node.server.portForward({ podSandboxId: "p1", ports: [0x2031, 1] });
  const client = await new Client(url, ["v4.channel.k8s.io"]).open();
  client.send(0, "echo");
  while (!client.text(0).endsWith("echo")) await once(client.webSocket, "message");
  assert.equal(client.text(0), "\x31\x20echo");
  assert.equal(client.text(3), "\x01\0error forwarding port 1: connection refused");
  client.webSocket.close();
  await client.closed();
});

test("port-forward goes through a tunnel of SPDY", async (t) => {
  const node = await startStreaming(t);
  const url = node.server.portForward({ podSandboxId: "p1", ports: [] });
  const closed = Promise.withResolvers<unknown>();
  const connection = new SpdyConnection({
    socket: await openTunnel(url, "SPDY/3.1+portforward.k8s.io"),
    role: "client",
    onClose: closed.resolve,
  });
  const open = (streamtype: string) =>
    connection.open(new Map(Object.entries({ streamtype, port: "80", requestid: "1" })), soon());
  const [error, data] = [await open("error"), await open("data")];
  data.end("x".repeat(300_000));
  assert.equal((await readAll(data)).length, 300_000);
  assert.equal(await readAll(error), "");
  await node.server[Symbol.asyncDispose]();
  await closed.promise;
});

test("a request that is no proper WebSocket gets its status", async (t) => {
  const node = await startStreaming(t);
  const statusOf = async (url: string, protocol: string): Promise<string> => {
    const webSocket = new WebSocket(url, protocol);
    const [error] = (await once(webSocket, "error")) as [Error];
    return error.message;
  };
  assert.match(await statusOf(exec(node, ["echo"]), "v9.channel.k8s.io"), /403/);
  const forward = node.server.portForward({ podSandboxId: "p1", ports: [] });
  assert.match(await statusOf(forward, "v4.channel.k8s.io"), /403/);
  await assert.rejects(openTunnel(exec(node, ["echo"]), "v5.channel.k8s.io", ""), /status 400/);
  assert.doesNotMatch(JSON.stringify(node.lines), /\/exec\//);
});
