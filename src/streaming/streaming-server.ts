import type { IncomingMessage, ServerResponse } from "node:http";
import { isIPv6 } from "node:net";
import type { Duplex } from "node:stream";
import { CriError, errnoOf, messageOf } from "../model/error.ts";
import type { Meter } from "../model/ports.ts";
import type {
  AttachRequest,
  ExecRequest,
  PortForwardRequest,
  StreamTarget,
  StreamUrls,
} from "../model/streaming.ts";
import { dialableHost } from "./dialable-host.ts";
import { type Listener, type ListenerOptions, listen } from "./listener.ts";
import { type Refusal, refuseRequest, refuseUpgrade } from "./refusal.ts";
import { RequestTokens, type StreamRequest } from "./request-tokens.ts";
import { serveUpgrade } from "./serve-upgrade.ts";
import { Sessions } from "./sessions.ts";

const refusalsMetric = "cri_ferry_streaming_refusals_total";

export interface StreamingServerOptions extends ListenerOptions {
  readonly maxSessions: number;
  /** Connections that are no session, or not yet. */
  readonly maxPendingConnections: number;
  readonly idleTimeoutSeconds: number;
  readonly creationTimeoutSeconds: number;
  readonly tokenSeconds: number;
  readonly target: StreamTarget;
  readonly meter: Meter;
}

/**
 * Serves exec, attach and port-forward. Throws InvalidArgument (no such address), Unavailable (it is taken) or FailedPrecondition
 * (no such certificate).
 */
export async function startStreamingServer(
  options: StreamingServerOptions,
): Promise<StreamingServer> {
  return new StreamingServer(await listen(options), options);
}

/** A running streaming server; disposing ends its sessions. */
export class StreamingServer implements StreamUrls, AsyncDisposable {
  readonly #listener: Listener;
  readonly #options: StreamingServerOptions;
  readonly #tokens: RequestTokens;
  readonly #sessions: Sessions;

  constructor(listener: Listener, options: StreamingServerOptions) {
    const { clock, tokenSeconds, maxSessions, idleTimeoutSeconds } = options;
    this.#listener = listener;
    this.#options = options;
    this.#tokens = new RequestTokens(clock, tokenSeconds * 1000);
    const limits = { max: maxSessions, idleMillis: idleTimeoutSeconds * 1000 };
    this.#sessions = new Sessions({ ...options, ...limits });
    listener.server.maxConnections = maxSessions + options.maxPendingConnections;
    listener.server
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
    this.#listener.server.close();
    await this.#sessions.stop();
    await this.#listener[Symbol.asyncDispose]();
  }

  #url(asked: StreamRequest): string {
    const { address, port } = this.#bound();
    const token = this.#tokens.issue(asked);
    const scheme = this.#options.tlsCert === "" ? "http" : "https";
    return `${scheme}://${dialableHost(address)}:${port}/${asked.kind}/${token}`;
  }

  #bound(): { readonly address: string; readonly port: number } {
    const address = this.#listener.server.address();
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
