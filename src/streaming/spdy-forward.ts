import type { Duplex } from "node:stream";
import { CriError } from "../model/error.ts";
import type { PortForwardRequest, StreamTarget } from "../model/streaming.ts";
import { forward } from "./forward.ts";
import type { Session } from "./sessions.ts";
import type { SpdyHeaders } from "./spdy/header-block.ts";
import { SpdyConnection } from "./spdy/spdy-connection.ts";
import type { SpdyStream } from "./spdy/spdy-stream.ts";

/** The protocol of port-forward, with streams `error` and `data` for each connection. */
export const forwardProtocol = "portforward.k8s.io";

export interface SpdyForwardOptions {
  /** After its upgrade. */
  readonly socket: Duplex;
  readonly request: PortForwardRequest;
  readonly target: StreamTarget;
  readonly session: Session;
  /** The client has so long to open the second stream of a pair. */
  readonly creationMillis: number;
}

/** Serves port-forward: any number of connections to the ports of a pod, until the client leaves. */
export function serveSpdyForward(options: SpdyForwardOptions): void {
  const { socket, request, session } = options;
  const pairs = new StreamPairs(options);
  const connection = new SpdyConnection({
    socket,
    role: "server",
    accepts: (headers) => isForward(headers, request.ports),
    onStream: (stream) => pairs.add(stream),
    onTraffic: (direction, bytes) => session.touch(direction, bytes),
    onClose: (reason) => {
      pairs.clear();
      // Port-forward has no other end than this.
      session.note(`${pairs.count} connections`, false);
      session.close(reason);
    },
  });
  session.onOverdue((reason) => connection.destroy(reason));
  session.signal.addEventListener("abort", () => connection.end(), { once: true });
}

function isForward(headers: SpdyHeaders, ports: readonly number[]): boolean {
  const type = headers.get("streamtype");
  const port = portOf(headers);
  const isAllowed = ports.length === 0 || ports.includes(port);
  return (type === "error" || type === "data") && port >= 1 && port <= 65_535 && isAllowed;
}

function portOf(headers: SpdyHeaders): number {
  const text = headers.get("port") ?? "";
  return /^\d{1,5}$/.test(text) ? Number(text) : 0;
}

interface Pair {
  error?: SpdyStream;
  data?: SpdyStream;
  readonly late: NodeJS.Timeout;
}

/** Brings together the two streams of each connection. */
class StreamPairs {
  readonly #options: SpdyForwardOptions;
  readonly #begun = new Map<string, Pair>();
  /** Connections so far. */
  count = 0;

  constructor(options: SpdyForwardOptions) {
    this.#options = options;
  }

  add(stream: SpdyStream): void {
    const id = requestId(stream);
    const pair = this.#begun.get(id) ?? this.#begin(id);
    const type = stream.headers.get("streamtype") === "error" ? "error" : "data";
    if (pair[type] !== undefined) {
      stream.destroy(new CriError("InvalidArgument", `request ${id} has two streams ${type}`));
      return;
    }
    pair[type] = stream;
    stream.once("close", () => this.#drop(id, pair));
    if (pair.error === undefined || pair.data === undefined) return;
    this.#drop(id, pair);
    this.count += 1;
    pair.error.resume();
    const { request, target } = this.#options;
    const { podSandboxId } = request;
    const { error, data } = pair;
    void forward({ podSandboxId, port: portOf(data.headers), data, error }, target);
  }

  clear(): void {
    for (const [id, pair] of this.#begun) this.#drop(id, pair);
  }

  #begin(id: string): Pair {
    const late = setTimeout(() => {
      this.#drop(id, pair);
      pair.error?.end("the second stream of this connection has not come in time");
      pair.data?.destroy();
    }, this.#options.creationMillis);
    const pair: Pair = { late };
    this.#begun.set(id, pair);
    return pair;
  }

  /** It is complete, or will never be. */
  #drop(id: string, pair: Pair): void {
    clearTimeout(pair.late);
    if (this.#begun.get(id) === pair) this.#begun.delete(id);
  }
}

/** Clients from before requestID send the error stream first and the data stream next, with ids two apart. */
function requestId(stream: SpdyStream): string {
  const said = stream.headers.get("requestid") ?? "";
  if (said !== "") return said;
  return `#${stream.headers.get("streamtype") === "error" ? stream.id : stream.id - 2}`;
}
