import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { isIPv6 } from "node:net";
import type { Duplex } from "node:stream";
import { CriError, errnoOf, messageOf } from "../model/error.ts";
import type { Clock, Log, Meter } from "../model/ports.ts";
import type {
  AttachRequest,
  ExecRequest,
  PortForwardRequest,
  StreamTarget,
  StreamUrls,
} from "../model/streaming.ts";
import { dialableHost } from "./dialable-host.ts";
import { type Refusal, refuseRequest, refuseUpgrade } from "./refusal.ts";
import { RequestTokens, type StreamRequest } from "./request-tokens.ts";
import { serveUpgrade } from "./serve-upgrade.ts";
import { Sessions } from "./sessions.ts";

const refusalsMetric = "cri_ferry_streaming_refusals_total";
/** A socket whose other end has lost power is found out by the kernel, in its own time. */
const keepAliveMillis = 30_000;

export interface StreamingServerOptions {
  /** `IP:PORT`, IPv6 in brackets; port 0: any. */
  readonly address: string;
  /** PEM files; empty: plain http. */
  readonly tlsCert: string;
  readonly tlsKey: string;
  readonly maxSessions: number;
  /** Connections that are no session, or not yet. */
  readonly maxPendingConnections: number;
  readonly idleTimeoutSeconds: number;
  readonly creationTimeoutSeconds: number;
  readonly tokenSeconds: number;
  readonly headerTimeoutSeconds: number;
  readonly target: StreamTarget;
  readonly log: Log;
  readonly meter: Meter;
  readonly clock: Clock;
}

/** Serves exec, attach and port-forward. Throws InvalidArgument (no such address) or Unavailable (it is taken). */
export async function startStreamingServer(
  options: StreamingServerOptions,
): Promise<StreamingServer> {
  const server = createServer({
    headersTimeout: options.headerTimeoutSeconds * 1000,
    requestTimeout: options.headerTimeoutSeconds * 1000,
    connectionsCheckingInterval: 1_000,
    keepAlive: true,
    keepAliveInitialDelay: keepAliveMillis,
  });
  const [host, port] = parseAddress(options.address);
  try {
    server.listen({ host, port });
    await once(server, "listening");
  } catch (thrown) {
    const message = `streaming.address ${options.address} cannot be listened on: ${messageOf(thrown)}`;
    throw new CriError("Unavailable", message, { cause: thrown });
  }
  return new StreamingServer(server, options);
}

/** A running streaming server; disposing ends its sessions. */
export class StreamingServer implements StreamUrls, AsyncDisposable {
  readonly #server: Server;
  readonly #options: StreamingServerOptions;
  readonly #tokens: RequestTokens;
  readonly #sessions: Sessions;

  constructor(server: Server, options: StreamingServerOptions) {
    const { clock, tokenSeconds, maxSessions, idleTimeoutSeconds } = options;
    this.#server = server;
    this.#options = options;
    this.#tokens = new RequestTokens(clock, tokenSeconds * 1000);
    const limits = { max: maxSessions, idleMillis: idleTimeoutSeconds * 1000 };
    this.#sessions = new Sessions({ ...options, ...limits });
    server.maxConnections = maxSessions + options.maxPendingConnections;
    server
      .on("request", (incoming, response) => this.#onRequest(incoming, response))
      .on("upgrade", (incoming, socket, head) => this.#onUpgrade(incoming, socket, head))
      .on("clientError", (error, socket) => this.#onClientError(error, socket));
  }

  /** Where it listens, with the true port. */
  get address(): string {
    const { address, port } = this.#bound();
    return isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
  }

  exec(request: ExecRequest): string {
    return this.#url({ kind: "exec", request });
  }

  attach(request: AttachRequest): string {
    return this.#url({ kind: "attach", request });
  }

  portForward(request: PortForwardRequest): string {
    return this.#url({ kind: "portforward", request });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    await this.#sessions.stop();
    this.#server.closeAllConnections();
    await closed;
  }

  #url(asked: StreamRequest): string {
    const { address, port } = this.#bound();
    const token = this.#tokens.issue(asked);
    return `http://${dialableHost(address)}:${port}/${asked.kind}/${token}`;
  }

  #bound(): { readonly address: string; readonly port: number } {
    const address = this.#server.address();
    if (address !== null && typeof address === "object") return address;
    throw new CriError("Unavailable", "the streaming server is stopping");
  }

  #onRequest(incoming: IncomingMessage, response: ServerResponse): void {
    const asked = this.#judge(incoming);
    const refusal = "status" in asked ? asked : noUpgrade;
    this.#logRefusal(incoming, refusal);
    refuseRequest(response, refusal);
  }

  #onUpgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    // A client may reset the connection at any time; whoever serves it learns of the end by its close.
    socket.on("error", () => undefined);
    if (head.length > 0) socket.unshift(head);
    const asked = this.#judge(incoming);
    const { target, creationTimeoutSeconds } = this.#options;
    const context = {
      target,
      sessions: this.#sessions,
      creationMillis: creationTimeoutSeconds * 1000,
    };
    const refusal = "status" in asked ? asked : serveUpgrade({ incoming, socket, asked }, context);
    if (refusal === undefined) return;
    this.#logRefusal(incoming, refusal);
    refuseUpgrade(socket, refusal);
  }

  /** A token is used up by the first request that shows it, whatever becomes of that. */
  #judge({ url, method }: IncomingMessage): StreamRequest | Refusal {
    const [, kind, token = ""] = pathPattern.exec(url ?? "") ?? [];
    if (!isKind(kind)) return { status: 404, reason: "other", text: "not found" };
    if (method !== "GET" && method !== "POST") {
      return {
        status: 405,
        reason: "other",
        text: "only GET and POST",
        headers: { Allow: "GET, POST" },
      };
    }
    if (this.#sessions.isFull) {
      const text = `too many streaming sessions: streaming.maxSessions is ${this.#options.maxSessions}`;
      return { status: 429, reason: "limit", text, headers: { "Retry-After": "10" } };
    }
    return (
      this.#tokens.redeem(token, kind) ?? {
        status: 404,
        reason: "token",
        text: "unknown, used or expired token",
      }
    );
  }

  #onClientError(error: Error, socket: Duplex): void {
    const status = statusOfError[errnoOf(error) ?? ""] ?? 400;
    const reason = status === 408 ? "timeout" : "other";
    this.#options.meter.count(refusalsMetric, { reason });
    this.#options.log.debug("streaming request malformed", { err: messageOf(error) });
    if (socket.writable) refuseUpgrade(socket, { status, reason, text: "malformed request" });
    else socket.destroy();
  }

  #logRefusal({ method, url, socket }: IncomingMessage, { status, reason, text }: Refusal): void {
    this.#options.meter.count(refusalsMetric, { reason });
    const [, kind] = pathPattern.exec(url ?? "") ?? [];
    const client = socket.remoteAddress;
    this.#options.log.warn("streaming request refused", {
      status,
      method,
      kind,
      client,
      err: text,
    });
  }
}

const noUpgrade: Refusal = {
  status: 400,
  reason: "upgrade",
  text: "unable to upgrade: no upgrade was asked for",
};
const pathPattern = /^\/(exec|attach|portforward)\/([\w-]{1,64})(?:\?.*)?$/;
/** What Node's parser complains about. */
const statusOfError: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

function isKind(word: string | undefined): word is StreamRequest["kind"] {
  return word === "exec" || word === "attach" || word === "portforward";
}

function parseAddress(address: string): [string, number] {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(address) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(port) > 65_535) {
    throw new CriError("InvalidArgument", `streaming.address "${address}" is not IP:PORT`);
  }
  return [host, Number(port)];
}
