import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import { isIPv6 } from "node:net";
import { followFiles } from "../host/followed-files.ts";
import { parseListenAddress } from "../host/listen-address.ts";
import { followCertificate } from "../host/server-certificate.ts";
import { CriError, messageOf } from "../model/error.ts";
import type { Clock, Log } from "../model/ports.ts";
import { BearerToken } from "./bearer-token.ts";
import { answerMetrics, type MetricsRoutes } from "./metrics-routes.ts";

export interface MetricsServerOptions {
  /** `IP:PORT`, IPv6 in brackets; port 0: any. */
  readonly address: string;
  /** Paths, each empty for none; a certificate and its key come together. */
  readonly tlsCert: string;
  readonly tlsKey: string;
  readonly tokenFile: string;
  readonly routes: MetricsRoutes;
  readonly clock: Clock;
  readonly log: Log;
  /** How often the files are looked at; default 10 s. */
  readonly reloadMillis?: number;
}

/** A running server; disposing closes it with its connections. */
export interface MetricsServer extends AsyncDisposable {
  /** With the true port. */
  readonly address: string;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A client that is slow to ask or to read does not keep its connection. */
const limits = {
  requestTimeout: 10_000,
  headersTimeout: 5_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 2_000,
};
const idleMillis = 10_000;

/**
 * Serves metrics and health, by HTTPS with a certificate, and to token holders alone with a token. Throws InvalidArgument (no such
 * address), Unavailable (it is taken) or FailedPrecondition (certificate or token cannot be used).
 */
export async function startMetricsServer(options: MetricsServerOptions): Promise<MetricsServer> {
  const place = parseListenAddress(options.address, "metrics.address");
  await using stack = new AsyncDisposableStack();
  const token = await followToken(options, stack);
  const answer: Answer = (request, response) => {
    void answerMetrics(options.routes, token, { request, response });
  };
  const server = await createFor(options, answer, stack);
  server.maxConnections = 32;
  server.setTimeout(idleMillis, (socket) => socket.destroy());
  try {
    server.listen(place);
    await once(server, "listening");
  } catch (thrown) {
    const message = `metrics.address ${options.address} cannot be listened on: ${messageOf(thrown)}`;
    throw new CriError("Unavailable", message, { cause: thrown });
  }
  stack.defer(() => close(server));
  warnIfOpen(options, place.host);
  const life = stack.move();
  return { address: addressOf(server), [Symbol.asyncDispose]: () => life.disposeAsync() };
}

async function followToken(
  options: MetricsServerOptions,
  stack: AsyncDisposableStack,
): Promise<BearerToken | undefined> {
  const { tokenFile, clock, log, reloadMillis: intervalMillis } = options;
  if (tokenFile === "") return undefined;
  const token = new BearerToken();
  const following = await followFiles({
    files: { token: tokenFile },
    setting: "metrics.tokenFile",
    use: (contents) => token.use(contents.token),
    clock,
    log,
    intervalMillis,
  });
  stack.use(following);
  return token;
}

async function createFor(
  options: MetricsServerOptions,
  answer: Answer,
  stack: AsyncDisposableStack,
): Promise<Server | TlsServer> {
  if (options.tlsCert === "") return createServer(limits, answer);
  const server = createTlsServer(limits, answer);
  const setting = "metrics.tlsCert with metrics.tlsKey";
  stack.use(await followCertificate({ ...options, server, setting }));
  return server;
}

/** Only warned of: figures name no pod, and a node out of service for them would be worse. */
function warnIfOpen({ tlsCert, tokenFile, log }: MetricsServerOptions, host: string): void {
  if (host.startsWith("127.") || host === "::1" || (tlsCert !== "" && tokenFile !== "")) return;
  log.warn("metrics are served beyond this machine without both a certificate and a token", {
    address: host,
    settings: ["metrics.tlsCert", "metrics.tlsKey", "metrics.tokenFile"],
  });
}

function addressOf(server: Server | TlsServer): string {
  const address = server.address();
  if (address === null || typeof address === "string") return "";
  return isIPv6(address.address)
    ? `[${address.address}]:${address.port}`
    : `${address.address}:${address.port}`;
}

async function close(server: Server | TlsServer): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
