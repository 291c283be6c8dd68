import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { type TestContext, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import {
  execRequest,
  openSpdy,
  readAll,
  type StreamingNode,
  soon,
  startStreaming,
} from "../../test/fakes/streaming-node.ts";
import { sinkTarget } from "../../test/harness/sink-target.ts";
import { CriError } from "../model/error.ts";
import { dialSpdy } from "./spdy/dial.ts";

const all = ["error", "stdin", "stdout", "stderr"];
const status = (text: string): Record<string, unknown> => JSON.parse(text) as never;

test("a command gets its input and gives its output and exit code", async (t) => {
  const { server, lines, counted } = await startStreaming(t);
  const url = server.exec(execRequest(["echo"]));
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/exec\/[\w-]{22}$/);
  const { streams, closed, connection, protocol } = await openSpdy(url, all);
  assert.equal(protocol, "v5.channel.k8s.io");
  streams["stdin"]?.end("hello");
  assert.deepEqual(
    await Promise.all(["stdout", "stderr", "error"].map((type) => readAll(streams[type]))),
    ["hello", "", '{"status":"Success"}'],
  );
  connection.end();
  await closed;
  await eventuallyLogged(lines, "streaming session ended");
  const [line] = lines.filter(({ message }) => message === "streaming session ended");
  assert.deepEqual(
    { ...line?.fields, durationMs: 0 },
    {
      kind: "exec",
      transport: "spdy",
      protocol: "v5.channel.k8s.io",
      id: "c1",
      ending: "exit 0",
      durationMs: 0,
    },
  );
  assert.ok(counted.includes("cri_ferry_streaming_sessions_running 1 exec"));
  assert.ok(counted.includes("cri_ferry_streaming_session_seconds exec spdy ok"));
  assert.equal(counted.at(-1), "cri_ferry_streaming_sessions_running 0 exec");
});

async function eventuallyLogged(
  lines: readonly { readonly message: string }[],
  message: string,
): Promise<void> {
  const signal = soon();
  while (!lines.some((line) => line.message === message)) {
    signal.throwIfAborted();
    await setTimeout(5);
  }
}

test("every protocol tells an exit code or a failure in its own form", async (t) => {
  const { server } = await startStreaming(t);
  const run = async (protocol: string, command: readonly string[]): Promise<string> => {
    const session = await openSpdy(server.exec(execRequest(command)), all, {
      protocols: [protocol],
    });
    assert.equal(session.protocol, protocol);
    return await readAll(session.streams["error"]);
  };
  for (const protocol of ["v5.channel.k8s.io", "v4.channel.k8s.io"]) {
    assert.equal(status(await run(protocol, ["exit", "7"]))["reason"], "NonZeroExitCode");
    const failed = status(await run(protocol, ["fail", "not running"]));
    assert.equal(failed["message"], "error executing command in container: not running");
  }
  for (const protocol of ["v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io"]) {
    assert.match(await run(protocol, ["exit", "7"]), /non-zero exit code: 7$/);
    assert.equal(await run(protocol, ["exit", "0"]), "");
    assert.match(await run(protocol, ["fail", "not running"]), /not running$/);
  }
});

test("output and status are complete when a client reads them late", async (t) => {
  const { server } = await startStreaming(t);
  const url = server.exec(execRequest(["source", "20000000"]));
  const { streams } = await openSpdy(url, all);
  await setTimeout(100);
  assert.equal((await readAll(streams["stdout"])).length, 20_000_000);
  assert.equal(await readAll(streams["error"]), '{"status":"Success"}');
});

test("a terminal's sizes arrive from v3 on", async (t) => {
  const { server } = await startStreaming(t);
  const terminal = execRequest(["sizes", "1"], { tty: true, stderr: false });
  const types = ["error", "stdin", "stdout", "resize"];
  const { streams } = await openSpdy(server.exec(terminal), types);
  streams["resize"]?.write('{"Width":120,"Height":40}\n');
  assert.equal(await readAll(streams["stdout"]), "120x40\n");
  const old = await openSpdy(server.exec(terminal), ["error", "stdin", "stdout"], {
    protocols: ["v2.channel.k8s.io"],
  });
  old.connection.end();
  assert.equal(await old.closed, undefined);
});

test("attach joins what runs", async (t) => {
  const { server } = await startStreaming(t);
  const { streams } = execRequest([]);
  const session = await openSpdy(server.attach({ containerId: "c1", streams }), all);
  session.streams["stdin"]?.end("typed");
  assert.equal(await readAll(session.streams["stdout"]), "typed");
  assert.equal(await readAll(session.streams["error"]), '{"status":"Success"}');
});

test("a client that does not open its streams is told, and left", async (t) => {
  const { server, lines, counted } = await startStreaming(t, { creationTimeoutSeconds: 0.05 });
  const { streams, closed } = await openSpdy(server.exec(execRequest(["echo"])), ["error"]);
  const told = status(await readAll(streams["error"]));
  assert.match(String(told["message"]), /has not opened its streams within 0.05 seconds/);
  assert.match(String(await closed), /left/);
  await eventuallyLogged(lines, "streaming session ended");
  assert.match(String(lines.at(-1)?.fields?.["ending"]), /has not opened its streams/);
  assert.ok(counted.includes("cri_ferry_streaming_session_seconds exec spdy failed"));
});

test("when a client vanishes, stdin fails and the command's signal aborts", async (t) => {
  const { promise, resolve } = Promise.withResolvers<readonly [unknown, unknown]>();
  const { server } = await startStreaming(t, {
    target: {
      ...sinkTarget,
      exec: async (_request, { stdin }, signal) => {
        assert.ok(stdin !== undefined);
        const [[error]] = await Promise.all([once(stdin, "error"), once(signal, "abort")]);
        resolve([error, signal.reason]);
        throw signal.reason;
      },
    },
  });
  const { connection } = await openSpdy(server.exec(execRequest(["x"])), all);
  connection.destroy(new CriError("Cancelled", "gone"));
  for (const reason of await promise) assert.match(String(reason), /the peer has left/);
});

test("a client that vanishes while nobody takes what it sends is found out all the same", async (t) => {
  const aborted = Promise.withResolvers<unknown>();
  const { server } = await startStreaming(t, {
    target: {
      ...sinkTarget,
      exec: async (_request, _session, signal) => {
        await once(signal, "abort");
        aborted.resolve(signal.reason);
        throw signal.reason;
      },
    },
  });
  const { connection, streams } = await openSpdy(server.exec(execRequest(["x"])), all);
  const piece = Buffer.alloc(256 * 1024);
  // Until the kernels' buffers are full, too: then no end of the connection can be read.
  for (let waited = 0; waited < 20; waited += 1) {
    if (streams["stdin"]?.write(piece) === true) waited = 0;
    else await setTimeout(10);
  }
  connection.destroy(new CriError("Cancelled", "gone"));
  assert.match(String(await aborted.promise), /the peer has left/);
});

test("an idle session ends, and its client is told why", async (t) => {
  const { server } = await startStreaming(t, { idleTimeoutSeconds: 0.2 });
  const { streams } = await openSpdy(server.exec(execRequest(["hang"])), all);
  const told = status(await readAll(streams["error"]));
  assert.match(String(told["message"]), /idle for 0.2 seconds/);
});

test("stopping ends every session, with a word to its client", async (t) => {
  const { server } = await startStreaming(t);
  const { streams } = await openSpdy(server.exec(execRequest(["hang"])), all);
  const reading = readAll(streams["error"]);
  await server[Symbol.asyncDispose]();
  assert.match(await reading, /cri-ferry is stopping/);
  assert.throws(() => server.exec(execRequest(["hang"])), { kind: "Unavailable" });
});

async function forward(node: StreamingNode, ports: readonly number[] = []) {
  const url = node.server.portForward({ podSandboxId: "p1", ports });
  const { connection } = await openSpdy(url, [], { protocols: ["portforward.k8s.io"] });
  let requests = 0;
  return async (port: string) => {
    requests += 1;
    const requestid = String(requests);
    const open = (streamtype: string) =>
      connection.open(new Map(Object.entries({ streamtype, port, requestid })), soon());
    return { error: await open("error"), data: await open("data") };
  };
}

test("ports are forwarded, many at once, each half until its own end", async (t) => {
  const open = await forward(await startStreaming(t));
  const echoes = Array.from({ length: 20 }, async (_, i) => {
    const { error, data } = await open("8080");
    data.end(`request ${i}`);
    assert.deepEqual(await Promise.all([readAll(data), readAll(error)]), [`request ${i}`, ""]);
  });
  await Promise.all(echoes);
});

test("a refused port is told on its error stream, and the others are kept", async (t) => {
  const open = await forward(await startStreaming(t));
  const refused = await open("1");
  const other = await open("2");
  assert.equal(await readAll(refused.error), "error forwarding port 1: connection refused");
  other.data.end("on");
  assert.equal(await readAll(other.data), "on");
});

test("a connection that its client gives up is not waited for", async (t) => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const open = await forward(
    await startStreaming(t, {
      target: {
        ...sinkTarget,
        connect: async (_podSandboxId, _port, signal) => {
          await once(signal, "abort");
          resolve(signal.reason);
          throw signal.reason;
        },
      },
    }),
  );
  const { data } = await open("80");
  data.destroy();
  assert.match(String(await promise), /the client has closed/);
});

test("the second stream of a connection that does not come is not waited for", async (t) => {
  const node = await startStreaming(t, { creationTimeoutSeconds: 0.05 });
  const url = node.server.portForward({ podSandboxId: "p1", ports: [] });
  const { connection } = await openSpdy(url, [], { protocols: ["portforward.k8s.io"] });
  const headers = new Map(Object.entries({ streamtype: "error", port: "80", requestid: "1" }));
  const error = await connection.open(headers, soon());
  assert.match(await readAll(error), /has not come in time/);
});

test("old clients name no request: their streams belong together by their ids", async (t) => {
  const node = await startStreaming(t);
  const url = node.server.portForward({ podSandboxId: "p1", ports: [] });
  const { connection } = await openSpdy(url, [], { protocols: ["portforward.k8s.io"] });
  const open = (streamtype: string) =>
    connection.open(new Map(Object.entries({ streamtype, port: "80" })), soon());
  await open("error");
  const data = await open("data");
  data.end("echo");
  assert.equal(await readAll(data), "echo");
});

test("streams without a port, or with one that was not asked for, are refused", async (t) => {
  const open = await forward(await startStreaming(t), [80]);
  for (const port of ["", "0", "65536", "8x", "81"]) {
    await assert.rejects(open(port), { kind: "Unavailable" });
  }
  await open("80");
});

function request(server: StreamingNode["server"], text: string): Promise<string> {
  const [, host, port] = /^(.*):(\d+)$/.exec(server.address) ?? [];
  const socket = connect({ host: host ?? "", port: Number(port) });
  socket.write(text);
  return readAll(socket);
}

const upgrade = "Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\n";
const v4 = "X-Stream-Protocol-Version: v4.channel.k8s.io\r\n";

test("whoever asks for something else gets the status that clients expect", async (t) => {
  const node = await startStreaming(t);
  const path = (): string => new URL(node.server.exec(execRequest(["exit", "0"]))).pathname;
  const used = path();
  const head = "HTTP/1.1\r\nHost: x\r\n";
  const cases: readonly (readonly [string, RegExp])[] = [
    [`GET ${used} ${head}\r\n`, /^HTTP\/1.1 400 .*no upgrade/s],
    [`GET ${used} ${head}${upgrade}${v4}\r\n`, /^HTTP\/1.1 404 .*unknown, used or expired/s],
    [`POST /exec/${"x".repeat(22)} ${head}${upgrade}${v4}\r\n`, /^HTTP\/1.1 404 /],
    [`POST ${path().replace("exec", "attach")} ${head}${upgrade}${v4}\r\n`, /^HTTP\/1.1 404 /],
    [`GET / ${head}${upgrade}\r\n`, /^HTTP\/1.1 404 .*not found/s],
    [`PUT ${path()} ${head}\r\n`, /^HTTP\/1.1 405 .*Allow: GET, POST/s],
    [`GET ${path()} ${head}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n`, /^HTTP\/1.1 400 /],
    [`POST ${path()} ${head}${upgrade}\r\n`, /^HTTP\/1.1 400 .*X-Stream-Protocol-Version/s],
    [
      `POST ${path()} ${head}${upgrade}X-Stream-Protocol-Version: v9, v8\r\n\r\n`,
      /^HTTP\/1.1 403 .*X-Accepted-Stream-Protocol-Versions: v5.channel.k8s.io, .*none of v9, v8/s,
    ],
    ["nonsense\r\n\r\n", /^HTTP\/1.1 400 /],
    [`GET / HTTP/1.1\r\nX: ${"y".repeat(20_000)}\r\n\r\n`, /^HTTP\/1.1 431 /],
  ];
  for (const [text, answer] of cases) {
    assert.match(await request(node.server, text), answer, text.slice(0, 60));
  }
  const logged = JSON.stringify(node.lines);
  assert.match(logged, /streaming request refused/);
  assert.doesNotMatch(logged, new RegExp(used.slice("/exec/".length)));
  assert.ok(node.counted.includes("cri_ferry_streaming_refusals_total token"));
});

test("one session more than there may be is refused, and its token stays good", async (t) => {
  const { server } = await startStreaming(t, { maxSessions: 1 });
  const first = await openSpdy(server.exec(execRequest(["hang"])), all);
  const url = server.exec(execRequest(["exit", "0"]));
  await assert.rejects(openSpdy(url, all), { kind: "ResourceExhausted", message: /maxSessions/ });
  first.connection.end();
  await first.closed;
  const second = await whenFree(() => openSpdy(url, all));
  assert.equal(await readAll(second.streams["error"]), '{"status":"Success"}');
});

/** The server sees a connection's end a moment after its client. */
async function whenFree<T>(open: () => Promise<T>): Promise<T> {
  for (const signal = soon(); ; await setTimeout(5)) {
    try {
      return await open();
    } catch (thrown) {
      if (signal.aborted || !/429/.test(String(thrown))) throw thrown;
    }
  }
}

test("a connection that says nothing is closed in time", async (t) => {
  const { server } = await startStreaming(t, { headerTimeoutSeconds: 0.1 });
  assert.match(await request(server, "GET /exec/x HTTP/1.1\r\nHost:"), /^HTTP\/1.1 408 /);
});

test("a server that cannot be reached is Unavailable, an address that is none InvalidArgument", async (t) => {
  const node = await startStreaming(t);
  await assert.rejects(startStreaming(t, { address: node.server.address }), {
    kind: "Unavailable",
  });
  await assert.rejects(startStreaming(t, { address: "localhost" }), { kind: "InvalidArgument" });
  await node.server[Symbol.asyncDispose]();
  const url = `http://${node.server.exec.name}.invalid/`;
  const dialling = dialSpdy({ url, protocols: ["x"], onClose: () => {}, signal: soon() });
  await assert.rejects(dialling, { kind: "Unavailable" });
});

test("URLs of an IPv6 address have brackets", async (t: TestContext) => {
  const { server } = await startStreaming(t, { address: "[::1]:0" });
  const url = server.exec(execRequest(["exit", "0"]));
  assert.match(url, /^http:\/\/\[::1\]:\d+\/exec\//);
  const { streams } = await openSpdy(url, all);
  assert.equal(await readAll(streams["error"]), '{"status":"Success"}');
});
