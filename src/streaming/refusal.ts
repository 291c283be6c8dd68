import { type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";

/** An answer that is not an upgrade. */
export interface Refusal {
  readonly status: number;
  /** As the metric counts it. */
  readonly reason: "token" | "upgrade" | "limit" | "timeout" | "other";
  /** One line for the client; never a token. */
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers a plain request. */
export function refuseRequest(response: ServerResponse, refusal: Refusal): void {
  response.writeHead(refusal.status, headersOf(refusal)).end(`${refusal.text}\n`);
}

/** Answers a request for an upgrade, whose socket is ours by then, and closes. */
export function refuseUpgrade(socket: Duplex, refusal: Refusal): void {
  const { status } = refusal;
  const lines = Object.entries(headersOf(refusal)).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${lines.join("")}\r\n`;
  socket.on("finish", () => socket.destroy()).end(`${head}${refusal.text}\n`);
}

function headersOf({ text, headers }: Refusal): Record<string, string> {
  return {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Length": String(Buffer.byteLength(text) + 1),
    Connection: "close",
    ...headers,
  };
}
