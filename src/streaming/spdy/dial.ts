import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import { CriError, type CriErrorKind } from "../../model/error.ts";
import { SpdyConnection } from "./spdy-connection.ts";

export interface DialOptions {
  /** What the Exec, Attach or PortForward RPC answered. */
  readonly url: string;
  /** Protocols in the order of preference, as `v5.channel.k8s.io`. */
  readonly protocols: readonly string[];
  /** PEM of who may have signed the server's certificate; undefined: whom this machine trusts. */
  readonly ca?: string;
  readonly onClose: (reason: CriError | undefined) => void;
  /** Ends the wait for the answer; the connection lives on. */
  readonly signal: AbortSignal;
}

/** A connection, and which of the protocols the server has chosen. */
export interface Dialled {
  readonly connection: SpdyConnection;
  readonly protocol: string;
}

/** Opens a SPDY connection as Kubernetes' clients do. Rejects with Unavailable, or with what the server's refusal says. */
export async function dialSpdy(options: DialOptions): Promise<Dialled> {
  const { answer, socket } = await upgrade(options);
  const connection = new SpdyConnection({ socket, role: "client", onClose: options.onClose });
  return { connection, protocol: String(answer.headers["x-stream-protocol-version"] ?? "") };
}

interface Upgraded {
  readonly answer: IncomingMessage;
  readonly socket: Socket;
}

function upgrade({ url, protocols, ca, signal }: DialOptions): Promise<Upgraded> {
  const { promise, resolve, reject } = Promise.withResolvers<Upgraded>();
  const headers = {
    connection: "Upgrade",
    upgrade: "SPDY/3.1",
    "x-stream-protocol-version": [...protocols],
  };
  const options = { method: "POST", headers, signal, agent: false } as const;
  const request = url.startsWith("https:")
    ? httpsRequest(url, { ...options, ...(ca === undefined ? {} : { ca }) })
    : httpRequest(url, options);
  request
    .on("upgrade", (answer, socket, head) => {
      if (head.length > 0) socket.unshift(head);
      resolve({ answer, socket: socket as Socket });
    })
    .on("response", (answer) => void refused(answer).then(reject, reject))
    .on("error", (error) => reject(failure(error, signal)))
    .end();
  return promise;
}

function failure(error: Error, signal: AbortSignal): CriError {
  if (signal.aborted)
    return CriError.from(signal.reason, "gave up connecting to the streaming server");
  const message = `the streaming server cannot be reached: ${error.message}`;
  return new CriError("Unavailable", message, { cause: error });
}

const kindOfStatus: Readonly<Record<number, CriErrorKind>> = {
  400: "InvalidArgument",
  403: "FailedPrecondition",
  404: "NotFound",
  429: "ResourceExhausted",
};

/** A server says in words what it does not like; more than a few of them are none. */
async function refused(answer: IncomingMessage): Promise<CriError> {
  let words = "";
  for await (const chunk of answer.setEncoding("utf8")) {
    words += String(chunk);
    if (words.length > 1024) break;
  }
  const status = answer.statusCode ?? 0;
  const message = `the streaming server has refused (${status}): ${words.trim().slice(0, 1024)}`;
  return new CriError(kindOfStatus[status] ?? "Unavailable", message);
}
