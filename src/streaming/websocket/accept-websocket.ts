import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Refusal } from "../refusal.ts";
import { listOf, noCommonProtocol } from "../upgrade.ts";

/** The protocol of clients that name none. */
export const namelessProtocol = "";

/** RFC 6455, 1.3: with it a server shows that it has understood. */
const acceptSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const keyPattern = /^[+/0-9A-Za-z]{22}==$/;
const version = "13";

/** What is said to a client whose connection becomes a WebSocket. */
export interface AcceptedWebSocket {
  readonly protocol: string;
  /** The answer, after which come frames. */
  readonly answer: string;
}

/** Takes the first of the client's protocols that is ours. A "/" is no part of a name to the RFC, and Kubernetes' tunnel has one. */
export function acceptWebSocket(
  { method, headers }: IncomingMessage,
  ours: readonly string[],
): AcceptedWebSocket | Refusal {
  if (method !== "GET") return refusal(405, "its method is not GET", { Allow: "GET" });
  if (headers["sec-websocket-version"] !== version) {
    return refusal(426, "its version is not 13", { "Sec-WebSocket-Version": version });
  }
  const key = headers["sec-websocket-key"] ?? "";
  if (!keyPattern.test(key)) return refusal(400, "Sec-WebSocket-Key is not 16 bytes in base64");
  const wanted = listOf(headers["sec-websocket-protocol"]);
  const protocol = wanted.length === 0 ? namelessProtocol : wanted.find((p) => ours.includes(p));
  if (protocol === undefined || !ours.includes(protocol)) return noCommonProtocol(wanted, ours);
  return { protocol, answer: answerTo(key, protocol) };
}

function refusal(status: number, why: string, headers: Refusal["headers"] = {}): Refusal {
  return { status, reason: "upgrade", text: `no proper WebSocket request: ${why}`, headers };
}

function answerTo(key: string, protocol: string): string {
  const accept = createHash("sha1").update(key).update(acceptSuffix).digest("base64");
  const chosen = protocol === namelessProtocol ? "" : `Sec-WebSocket-Protocol: ${protocol}\r\n`;
  return (
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
    `Sec-WebSocket-Accept: ${accept}\r\n${chosen}\r\n`
  );
}
