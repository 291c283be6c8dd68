import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { whyNoGo } from "./go-program.ts";
import { StreamingNode } from "./streaming-node.ts";

const call = { timeoutMillis: 10_000 };
const spdy = ["Connection: Upgrade", "Upgrade: SPDY/3.1"];
const protocol = "X-Stream-Protocol-Version: v4.channel.k8s.io";

describe("the streaming server refuses", { skip: whyNoGo() ?? false }, () => {
  const stack = new AsyncDisposableStack();
  let node: StreamingNode;

  before(async () => {
    node = stack.use(await StreamingNode.start());
  });
  after(() => stack.disposeAsync());

  async function freshUrl(): Promise<URL> {
    const request = { containerId: node.containerId, cmd: ["true"], stdout: true };
    return new URL((await node.client.runtime("Exec", request, call)).url);
  }

  /** Sends that to the server and returns all that it answers before it closes. */
  async function said(url: URL, bytes: string): Promise<string> {
    const socket = connect(Number(url.port), url.hostname);
    socket.on("error", () => undefined);
    socket.write(bytes, "latin1");
    return await text(socket);
  }

  async function statusOf(url: URL, first: string, headers: readonly string[]): Promise<string> {
    const head = [first, `Host: ${url.host}`, ...headers, "", ""].join("\r\n");
    return (await said(url, head)).split("\r\n")[0] ?? "";
  }

  test("a request without an upgrade", async () => {
    const url = await freshUrl();
    const closing = ["Connection: close"];
    assert.match(await statusOf(url, `GET ${url.pathname} HTTP/1.1`, closing), / 400 /);
    const again = await statusOf(url, `POST ${url.pathname} HTTP/1.1`, [...spdy, protocol]);
    assert.match(again, / 404 /, "the token is used up");
  });

  test("another method", async () => {
    const url = await freshUrl();
    assert.match(await statusOf(url, `PUT ${url.pathname} HTTP/1.1`, [...spdy, protocol]), / 405 /);
  });

  test("a token that it has not given, or for something else", async () => {
    const url = await freshUrl();
    const unknown = `POST /exec/${"A".repeat(22)} HTTP/1.1`;
    assert.match(await statusOf(url, unknown, [...spdy, protocol]), / 404 /);
    const attach = `POST ${url.pathname.replace("/exec/", "/attach/")} HTTP/1.1`;
    assert.match(await statusOf(url, attach, [...spdy, protocol]), / 404 /);
  });

  test("a protocol that nobody knows", async () => {
    const url = await freshUrl();
    const foreign = "X-Stream-Protocol-Version: v9.channel.k8s.io";
    const status = await statusOf(url, `POST ${url.pathname} HTTP/1.1`, [...spdy, foreign]);
    assert.match(status, / 403 | 400 /);
    const other = await freshUrl();
    const upgrade = ["Connection: Upgrade", "Upgrade: h2c"];
    assert.match(await statusOf(other, `GET ${other.pathname} HTTP/1.1`, upgrade), / 400 /);
  });

  test("a WebSocket without its key", async () => {
    const url = await freshUrl();
    const upgrade = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"];
    assert.match(await statusOf(url, `GET ${url.pathname} HTTP/1.1`, upgrade), / 400 /);
  });

  test("what is no HTTP, and what is no SPDY after its upgrade", async () => {
    const url = await freshUrl();
    assert.match(await said(url, "\u0016\u0003\u0001 hello\r\n\r\n"), /^HTTP\/1\.1 400 /);
    const head = [`POST ${url.pathname} HTTP/1.1`, `Host: ${url.host}`, ...spdy, protocol, "", ""];
    const answer = await said(url, `${head.join("\r\n")}\u0080\u0009 no version of SPDY`);
    assert.match(answer, /^HTTP\/1\.1 101 /);
  });

  test("nothing in its log that lets anybody in", async () => {
    const url = await freshUrl();
    const token = url.pathname.split("/").at(-1) ?? "";
    await statusOf(url, `PUT ${url.pathname} HTTP/1.1`, [...spdy, protocol]);
    await statusOf(url, `POST ${url.pathname} HTTP/1.1`, ["Connection: close"]);
    await statusOf(url, `POST ${url.pathname} HTTP/1.1`, [...spdy, protocol]);
    assert.ok(token.length >= 22, "128 bits");
    const log = node.endpoint.logTail(10_000);
    assert.match(log, /refused/);
    assert.ok(!log.includes(token));
  });

  test("none of it for long: the next client is served", async () => {
    const url = await freshUrl();
    const socket = connect(Number(url.port), url.hostname);
    socket.write(
      [`POST ${url.pathname} HTTP/1.1`, `Host: ${url.host}`, ...spdy, protocol, "", ""].join(
        "\r\n",
      ),
    );
    const [answer] = (await once(socket, "data")) as [Buffer];
    socket.destroy();
    assert.match(answer.toString("latin1"), /^HTTP\/1\.1 101 /);
    assert.match(answer.toString("latin1"), /x-stream-protocol-version: v4\.channel\.k8s\.io/i);
  });
});
