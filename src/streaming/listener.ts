import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import type { Socket } from "node:net";
import { parseListenAddress } from "../host/listen-address.ts";
import { followCertificate } from "../host/server-certificate.ts";
import { CriError, messageOf } from "../model/error.ts";
import type { Clock, Log } from "../model/ports.ts";

/** A socket whose other end has lost power is found out by the kernel, in its own time. */
const keepAliveMillis = 30_000;
/** How often connections are held against their time for the head of a request. */
const checkMillis = 1_000;

export interface ListenerOptions {
  /** `IP:PORT`, IPv6 in brackets; port 0: any. */
  readonly address: string;
  /** PEM files; empty: plain http. */
  readonly tlsCert: string;
  readonly tlsKey: string;
  /** How often they are looked at; default 10 s. */
  readonly reloadMillis?: number;
  /** A connection has so long for its TLS handshake, and for the head of its request. */
  readonly headerTimeoutSeconds: number;
  readonly log: Log;
  readonly clock: Clock;
}

/** A server that listens; disposing closes it with every connection, whatever has become of those. */
export interface Listener extends AsyncDisposable {
  readonly server: Server | TlsServer;
}

/** Listens. Throws InvalidArgument (no such address), Unavailable (it is taken) or FailedPrecondition (no such certificate). */
export async function listen(options: ListenerOptions): Promise<Listener> {
  await using stack = new AsyncDisposableStack();
  const server = await createFor(options, stack);
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  const place = parseListenAddress(options.address, "streaming.address");
  try {
    server.listen(place);
    await once(server, "listening");
  } catch (thrown) {
    const message = `streaming.address ${options.address} cannot be listened on: ${messageOf(thrown)}`;
    throw new CriError("Unavailable", message, { cause: thrown });
  }
  stack.defer(() => close(server, sockets));
  const life = stack.move();
  return { server, [Symbol.asyncDispose]: () => life.disposeAsync() };
}

async function createFor(
  options: ListenerOptions,
  stack: AsyncDisposableStack,
): Promise<Server | TlsServer> {
  const timeoutMillis = options.headerTimeoutSeconds * 1000;
  const limits = {
    headersTimeout: timeoutMillis,
    requestTimeout: timeoutMillis,
    connectionsCheckingInterval: checkMillis,
    keepAlive: true,
    keepAliveInitialDelay: keepAliveMillis,
  };
  if (options.tlsCert === "") return createServer(limits);
  const server = createTlsServer({ ...limits, handshakeTimeout: timeoutMillis });
  const setting = "streaming.tlsCert with streaming.tlsKey";
  stack.use(await followCertificate({ ...options, server, setting }));
  return server;
}

async function close(server: Server | TlsServer, sockets: ReadonlySet<Socket>): Promise<void> {
  // It may be closed for new connections already, and then it tells that as an error.
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const socket of sockets) socket.destroy();
  await closed;
}
