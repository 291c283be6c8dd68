import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect as connectHttp2, type OutgoingHttpHeaders } from "node:http2";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { CriClient } from "../../src/client/cri-client.ts";
import { loadProtocol } from "../../src/cri/loader.ts";
import { type AnyRpc, type AnyStreamRpc, rpc } from "../../src/cri/rpc.ts";
import { type CriServer, startCriServer } from "../../src/cri/server.ts";
import type { ServiceTable } from "../../src/cri/service.ts";
import { systemClock } from "../../src/host/clock.ts";
import type { Log, LogFields } from "../../src/model/ports.ts";
import type { StreamUrls } from "../../src/model/streaming.ts";

export interface Line {
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields;
}

/** Keeps what is logged. */
export function recordingLog(lines: Line[]): Log {
  const at =
    (level: string) =>
    (message: string, fields: LogFields = {}): void => {
      lines.push({ level, message, fields });
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

/** URLs that lead nowhere. */
export const noUrls: StreamUrls = {
  exec: ({ containerId }) => `http://nowhere/exec/${containerId}`,
  attach: ({ containerId }) => `http://nowhere/attach/${containerId}`,
  portForward: ({ podSandboxId }) => `http://nowhere/portforward/${podSandboxId}`,
};

export const protocol = loadProtocol();
export const seconds = { timeoutMillis: 20_000 };

/** An RPC that does what the test says, whatever the request. */
export function doing(run: (wire: never, signal: AbortSignal) => unknown, mutating = true): AnyRpc {
  return rpc({ mutating, decode: (wire: never) => wire, run, encode: (result) => result });
}

/** The same for one that answers with a stream. */
export function streaming(
  answers: (wire: never, signal: AbortSignal) => AsyncIterable<unknown>,
  endless = false,
): AnyStreamRpc {
  return { endless, answers };
}

export async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "cri-"));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

export interface Endpoint {
  readonly server: CriServer;
  readonly socket: string;
  readonly client: CriClient;
  readonly lines: readonly Line[];
  readonly metrics: readonly string[];
}

/** Serves these RPCs as the RuntimeService. */
export function serve(t: TestContext, table: ServiceTable, path?: string): Promise<Endpoint> {
  return serveServices(t, { "runtime.v1.RuntimeService": table }, path);
}

/** Serves until the test ends. */
export async function serveServices(
  t: TestContext,
  services: Readonly<Record<string, ServiceTable>>,
  path?: string,
): Promise<Endpoint> {
  const socket = path ?? join(await folder(t), "run", "cri.sock");
  const lines: Line[] = [];
  const metrics: string[] = [];
  const server = await startCriServer({
    socket,
    protocol,
    services,
    log: recordingLog(lines),
    clock: systemClock,
    meter: {
      count: () => undefined,
      gauge: () => undefined,
      observe: (metric, _value, labels) =>
        metrics.push(`${metric} ${labels?.["rpc"]} ${labels?.["code"]}`),
    },
  });
  const client = new CriClient(`unix://${socket}`);
  t.after(async () => {
    client.close();
    await server.stop(0);
  });
  return { server, socket, client, lines, metrics };
}

export function callHeaders(rpcPath: string): OutgoingHttpHeaders {
  return {
    ":method": "POST",
    ":path": rpcPath,
    "content-type": "application/grpc",
    te: "trailers",
  };
}

export const version = doing(() => ({ runtimeName: "fake", runtimeVersion: "1.2.3" }), false);

export async function sendRaw(path: string, bytes: Buffer): Promise<void> {
  const socket = connect(path);
  socket.on("error", () => undefined);
  await once(socket, "connect");
  const closed = once(socket, "close");
  socket.resume().end(bytes);
  await closed;
}

/** A call by hand; returns the headers and trailers, empty when the server only closed the stream. */
export async function rawCall(
  path: string,
  rpcPath: string,
  body: Buffer,
): Promise<Record<string, unknown>> {
  const session = connectHttp2("http://localhost", { createConnection: () => connect(path) });
  session.on("error", () => undefined);
  const stream = session.request(callHeaders(rpcPath));
  const seen: Record<string, unknown> = {};
  stream.on("response", (headers) => Object.assign(seen, headers));
  stream.on("trailers", (headers) => Object.assign(seen, headers));
  stream.on("error", () => undefined);
  const closed = once(stream, "close");
  stream.resume().end(body);
  await closed;
  session.destroy();
  return seen;
}
