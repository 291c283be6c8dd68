import { createServer, type Server, type Socket } from "node:net";
import { RemoteForward } from "../client/remote-forward.ts";
import { portForwardUrl } from "../client/stream-urls.ts";
import { CriError, errnoOf, messageOf } from "../model/error.ts";
import { endpointFlags, type Session, withEndpoint } from "./endpoint.ts";
import { findPod } from "./find.ts";
import { type ForwardedPort, parseForwardedPort } from "./forwarded-port.ts";
import { inventory } from "./inventory.ts";
import { joinConnections } from "./join-connections.ts";
import type { Terminal, Verb } from "./verb.ts";

/** Makes ports of a pod ports of this machine's loopback, until ^C. */
export const verb: Verb = {
  usage: "port-forward [FLAGS] POD [LOCAL:]REMOTE…",
  flags: endpointFlags,
  least: 2,
  most: Number.POSITIVE_INFINITY,
  prepare: ({ values, positionals: [pod = "", ...ports] }) => {
    const forwarded = ports.map(parseForwardedPort);
    return withEndpoint(values, (session) => forward(session, pod, forwarded));
  },
};

async function forward(
  session: Session,
  pod: string,
  ports: readonly ForwardedPort[],
): Promise<number> {
  const { client, options, terminal } = session;
  const { id } = findPod(await inventory(session), pod);
  const request = { podSandboxId: id, ports: ports.map(({ remote }) => remote) };
  const url = await portForwardUrl(client, request, options);
  using remote = await RemoteForward.open(url, AbortSignal.timeout(options.timeoutMillis));
  const ending = new AbortController();
  await using stack = new AsyncDisposableStack();
  for (const port of ports) {
    const serve = (socket: Socket) =>
      void serveConnection({ socket, port, remote, terminal, signal: ending.signal });
    for (const server of await listenOnLoopback(port, serve)) {
      stack.defer(() => void server.close());
      await terminal.out(`Forwarding from ${addressOf(server)} -> ${port.remote}\n`);
    }
  }
  stack.defer(() => ending.abort());
  const lost = remote.closed().then((reason) => {
    throw reason ?? new CriError("Unavailable", "the connection to the pod is closed");
  });
  await Promise.race([terminal.interrupted(), lost]);
  return 0;
}

interface Connection {
  readonly socket: Socket;
  readonly port: ForwardedPort;
  readonly remote: RemoteForward;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** What goes wrong with one connection is said, and the others go on. */
async function serveConnection(connection: Connection): Promise<void> {
  const { socket, port, remote, terminal, signal } = connection;
  const end = (): void => void socket.destroy();
  socket.on("error", end);
  signal.addEventListener("abort", end, { once: true });
  socket.once("close", () => signal.removeEventListener("abort", end));
  try {
    const { data, complaint } = await remote.connect(port.remote, signal);
    joinConnections(socket, data);
    const words = await complaint;
    if (words === "") return;
    end();
    await terminal.err(`cri-ferry: port ${port.remote}: ${words.trim()}\n`);
  } catch (thrown) {
    end();
    if (!signal.aborted)
      await terminal.err(`cri-ferry: port ${port.remote}: ${messageOf(thrown)}\n`);
  }
}

/** IPv4 must be had; IPv6 is taken where the machine has it and the port is free there, too. */
async function listenOnLoopback(
  { local }: ForwardedPort,
  serve: (socket: Socket) => void,
): Promise<readonly Server[]> {
  const first = await listen({ host: "127.0.0.1", port: local }, serve);
  const { port } = first.address() as { readonly port: number };
  try {
    return [first, await listen({ host: "::1", port }, serve)];
  } catch {
    return [first];
  }
}

function listen(
  place: { readonly host: string; readonly port: number },
  serve: (socket: Socket) => void,
): Promise<Server> {
  const { promise, resolve, reject } = Promise.withResolvers<Server>();
  const server = createServer({ allowHalfOpen: true }, serve);
  server.once("error", (error) => {
    const where = `${place.host}:${place.port}`;
    const why = errnoOf(error) === "EADDRINUSE" ? "is taken" : `cannot be used: ${error.message}`;
    reject(new CriError("Unavailable", `${where} ${why}`, { cause: error }));
  });
  server.listen(place, () => resolve(server));
  return promise;
}

function addressOf(server: Server): string {
  const { address, port } = server.address() as { readonly address: string; readonly port: number };
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
