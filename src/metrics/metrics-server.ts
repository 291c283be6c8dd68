import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { isIPv6 } from "node:net";
import { CriError, messageOf } from "../model/error.ts";
import type { MetricsPage } from "./prom-meter.ts";

export interface MetricsServerOptions {
  /** `IP:PORT`, IPv6 in brackets; port 0: any. */
  readonly address: string;
  /** What `/metrics` answers to a header Accept. */
  readonly metrics: { render(accept: string | undefined): Promise<MetricsPage> };
  /** What `/healthz` answers: 200 while it returns true, else 503. */
  readonly healthy: () => boolean;
}

/** A running server; disposing closes it with its connections. */
export interface MetricsServer extends AsyncDisposable {
  /** With the true port. */
  readonly address: string;
}

/** Serves `GET /metrics` and `GET /healthz`. Throws InvalidArgument (no such address) or Unavailable (it is taken). */
export async function startMetricsServer(options: MetricsServerOptions): Promise<MetricsServer> {
  const [host, port] = parseAddress(options.address);
  const server = createServer(
    { requestTimeout: 10_000, keepAliveTimeout: 5_000 },
    (request, response) => {
      void answer(options, request, response);
    },
  );
  server.maxConnections = 32;
  try {
    server.listen({ host, port });
    await once(server, "listening");
  } catch (thrown) {
    const message = `metrics.address ${options.address} cannot be listened on: ${messageOf(thrown)}`;
    throw new CriError("Unavailable", message, { cause: thrown });
  }
  return { address: addressOf(server), [Symbol.asyncDispose]: () => close(server) };
}

async function answer(
  options: MetricsServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = request.url?.split("?", 1)[0];
  try {
    if (request.method !== "GET" && request.method !== "HEAD") end(response, 405, "only GET\n");
    else if (path === "/healthz") health(response, options.healthy());
    else if (path === "/metrics") {
      const { contentType, body } = await options.metrics.render(request.headers.accept);
      response.writeHead(200, { "content-type": contentType }).end(body);
    } else end(response, 404, "here are /metrics and /healthz\n");
  } catch {
    end(response, 500, "the metrics could not be read\n");
  }
}

function health(response: ServerResponse, healthy: boolean): void {
  if (healthy) end(response, 200, "ok\n");
  else end(response, 503, "not ready\n");
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(text);
}

function parseAddress(address: string): [string, number] {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(address) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(port) > 65_535) {
    throw new CriError("InvalidArgument", `metrics address "${address}" is not IP:PORT`);
  }
  return [host, Number(port)];
}

function addressOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") return "";
  return isIPv6(address.address)
    ? `[${address.address}]:${address.port}`
    : `${address.address}:${address.port}`;
}

async function close(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
