import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { getHeapSnapshot } from "node:v8";
import { publishSocket, removeSocket } from "../host/socket-file.ts";
import { CriError, messageOf } from "../model/error.ts";
import type { PodOverview } from "../model/overview.ts";
import type { Clock, Log } from "../model/ports.ts";
import { cpuProfile } from "./cpu-profile.ts";
import { sendPods } from "./send-pods.ts";

export interface AdminServerOptions {
  /** Absolute path of the unix socket; its mode lets only root connect. */
  readonly socket: string;
  readonly pods: () => Iterable<PodOverview>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Within this a heap snapshot is read, or given up: it holds as much memory as it describes. */
const heapMillis = 5 * 60_000;
const defaultSeconds = 10;
const mostSeconds = 60;

interface Exchange {
  readonly options: AdminServerOptions;
  readonly url: URL;
  readonly response: ServerResponse;
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal;
}

/** What is costly is done for one client at a time. */
interface Route {
  readonly costly: boolean;
  readonly answer: (exchange: Exchange) => Promise<void>;
}

const routes: ReadonlyMap<string, Route> = new Map([
  ["/debug/pods", { costly: false, answer: pods }],
  ["/debug/heap", { costly: true, answer: heap }],
  ["/debug/cpu", { costly: true, answer: cpu }],
]);

/**
 * Serves `GET /debug/pods`, `/debug/heap` and `/debug/cpu?seconds=N` to root on a unix socket. Throws FailedPrecondition when
 * another process serves it. Disposing ends what still runs.
 */
export async function startAdminServer(options: AdminServerOptions): Promise<AsyncDisposable> {
  const busy = { now: false };
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    void answer(options, busy, { request, response });
  });
  server.maxConnections = 8;
  const { socket: path } = options;
  const socket = { path, mode: 0o600, setting: "admin.socket" };
  const inode = await publishSocket(socket, async (bound) => {
    server.listen(bound);
    await once(server, "listening");
  });
  return {
    [Symbol.asyncDispose]: async () => {
      await removeSocket(path, inode);
      await close(server);
    },
  };
}

async function answer(
  options: AdminServerOptions,
  busy: { now: boolean },
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const url = URL.parse(request.url ?? "", "http://localhost");
  const route = routes.get(url?.pathname ?? "");
  if (url === null || route === undefined)
    return end(response, 404, `here are ${[...routes.keys()].join(", ")}`);
  if (request.method !== "GET") return end(response, 405, "only GET");
  if (route.costly && busy.now) return end(response, 409, "another such request is under way");
  busy.now ||= route.costly;
  try {
    await route.answer({ options, url, response, signal: gone.signal });
  } catch (thrown) {
    fail(response, thrown);
  } finally {
    if (route.costly) busy.now = false;
  }
}

function fail(response: ServerResponse, thrown: unknown): void {
  if (response.headersSent) response.destroy();
  else if (thrown instanceof CriError && thrown.kind === "InvalidArgument")
    end(response, 400, thrown.message);
  else end(response, 500, messageOf(thrown));
}

async function pods({ options, response }: Exchange): Promise<void> {
  await sendPods(options.pods(), response);
}

/** The process stands still for some seconds while its heap is walked, and holds the text until it is read. */
async function heap({ options, response, signal }: Exchange): Promise<void> {
  options.log.warn("a heap snapshot is taken: the process stands still meanwhile");
  response.writeHead(200, { "content-type": "application/json" });
  const life = AbortSignal.any([signal, AbortSignal.timeout(heapMillis)]);
  await pipeline(getHeapSnapshot(), response, { signal: life });
}

async function cpu({ options, url, response, signal }: Exchange): Promise<void> {
  const text = url.searchParams.get("seconds") ?? `${defaultSeconds}`;
  const seconds = Number(text);
  if (!/^\d{1,2}$/.test(text) || seconds < 1 || seconds > mostSeconds) {
    throw new CriError(
      "InvalidArgument",
      `seconds must be a whole number from 1 to ${mostSeconds}`,
    );
  }
  options.log.info("a CPU profile is taken", { seconds });
  const profile = await cpuProfile(seconds, options.clock, signal);
  response.writeHead(200, { "content-type": "application/json" }).end(profile);
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${text}\n`);
}

async function close(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
