import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Refusal } from "../refusal.ts";
import { listOf, noCommonProtocol } from "../upgrade.ts";

/** Kubernetes' clients send 32 KiB; a message is kept until it is whole, in each of all sessions. */
const maxMessageBytes = 4 * 2 ** 20;

/** The protocol of clients that name none. */
export const namelessProtocol = "";

/** A connection that has become a WebSocket. */
export interface AcceptedWebSocket {
  readonly webSocket: WebSocket;
  readonly protocol: string;
}

/** Answers the request for a WebSocket with the first of the client's protocols that is ours; or returns what to answer instead. */
export function acceptWebSocket(
  incoming: IncomingMessage,
  socket: Duplex,
  ours: readonly string[],
): AcceptedWebSocket | Refusal {
  const wanted = listOf(incoming.headers["sec-websocket-protocol"]);
  const protocol = wanted.length === 0 ? namelessProtocol : wanted.find((p) => ours.includes(p));
  if (protocol === undefined || !ours.includes(protocol)) return noCommonProtocol(wanted, ours);
  // A "/" is no part of a token to ws, and Kubernetes' tunnel has one: the choice is made here and said below.
  delete incoming.headers["sec-websocket-protocol"];
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
    skipUTF8Validation: true,
  });
  let answer: AcceptedWebSocket | Refusal = { status: 400, reason: "upgrade", text: "closed" };
  server
    .on("headers", (headers) => {
      if (protocol !== namelessProtocol) headers.push(`Sec-WebSocket-Protocol: ${protocol}`);
    })
    .on("wsClientError", (error) => {
      const status = incoming.method === "GET" ? 400 : 405;
      answer = { status, reason: "upgrade", text: `unable to upgrade: ${error.message}` };
    });
  server.handleUpgrade(incoming, socket, Buffer.alloc(0), (webSocket) => {
    answer = { webSocket, protocol };
  });
  return answer;
}
