import { Server, ServerCredentials, setLogger } from "@grpc/grpc-js";
import type { PackageDefinition } from "@grpc/proto-loader";
import { publishSocket, removeSocket } from "../host/socket-file.ts";
import { CriError } from "../model/error.ts";
import type { Clock, Log } from "../model/ports.ts";
import type { CallContext } from "./call-outcome.ts";
import { RunningCalls } from "./running-calls.ts";
import { addService, type ServiceTable } from "./service.ts";

/** The kubelet and crictl send up to 16 MiB; gRPC's own limit is 4. */
const maxMessageBytes = 16 * 1024 * 1024;

/** Calls get this long to end after their signals have aborted, connections after the last answer. */
const endingMillis = 250;

/** What to serve, where, and what every call needs. */
export interface CriServerOptions extends Omit<CallContext, "calls"> {
  /** Absolute path of the unix socket. */
  readonly socket: string;
  readonly protocol: PackageDefinition;
  /** Full name of each service, with its RPCs. */
  readonly services: Readonly<Record<string, ServiceTable>>;
}

/** Serves the services on the socket. Throws FailedPrecondition when another process does. */
export async function startCriServer(options: CriServerOptions): Promise<CriServer> {
  logGrpc(options.log);
  const server = new Server({
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": -1,
  });
  const calls = new RunningCalls();
  for (const [name, table] of Object.entries(options.services)) {
    addService(server, { name, table, protocol: options.protocol, context: { ...options, calls } });
  }
  const socketFile = { path: options.socket, mode: 0o660, setting: "cri.socket" };
  const inode = await publishSocket(socketFile, (path) => listen(server, path));
  return new CriServer({ server, calls, inode, socket: options.socket, clock: options.clock });
}

interface Serving {
  readonly server: Server;
  readonly calls: RunningCalls;
  readonly socket: string;
  readonly inode: bigint;
  readonly clock: Clock;
}

/** A running endpoint. */
export class CriServer {
  readonly #serving: Serving;

  constructor(serving: Serving) {
    this.#serving = serving;
  }

  /**
   * Takes no new call from now on, ends streams that have no end of their own, waits that long for the calls that run, then cancels
   * them; what does not heed its signal is answered with Unavailable and left alone. Returns when every connection is closed, half a second after the wait at the latest.
   */
  async stop(graceMillis: number): Promise<void> {
    const { server, calls, clock, socket, inode } = this.#serving;
    await removeSocket(socket, inode);
    const reason = new CriError("Unavailable", "cri-ferry is stopping");
    calls.abortAll(reason, "endless");
    const closed = new Promise<true>((resolve) => server.tryShutdown(() => resolve(true)));
    if (await settlesWithin(closed, graceMillis, clock)) return;
    calls.abortAll(reason);
    if (await settlesWithin(closed, endingMillis, clock)) return;
    calls.abandonAll(reason);
    if (await settlesWithin(closed, endingMillis, clock)) return;
    server.forceShutdown();
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`unix:${path}`, ServerCredentials.createInsecure(), (error) => {
      if (error === null) resolve();
      else
        reject(
          new CriError("Internal", `cannot listen on ${path}: ${error.message}`, { cause: error }),
        );
    });
  });
}

async function settlesWithin(work: Promise<true>, millis: number, clock: Clock): Promise<boolean> {
  const timer = new AbortController();
  const late = clock.sleep(millis, timer.signal).then(
    () => false,
    () => false,
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
  }
}

/** grpc-js would write its complaints about clients to stderr as bare text. */
function logGrpc(log: Log): void {
  const debug = (...words: readonly unknown[]): void =>
    log.debug("grpc", { detail: words.join(" ") });
  setLogger({ debug, info: debug, error: debug });
}
