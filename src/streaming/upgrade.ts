import type { IncomingHttpHeaders } from "node:http";
import type { Refusal } from "./refusal.ts";

const versionHeader = "x-stream-protocol-version";

/** What a client wants its connection to become. */
export function transportOf(headers: IncomingHttpHeaders): "spdy" | "websocket" | undefined {
  const asks = (headers.connection ?? "").toLowerCase().includes("upgrade");
  const to = (headers.upgrade ?? "").toLowerCase();
  if (!asks) return undefined;
  if (to === "websocket") return "websocket";
  return to.includes("spdy/3.1") ? "spdy" : undefined;
}

/** Returns the first of the client's protocols that is among ours (over SPDY), or what to answer. */
export function spdyProtocol(
  headers: IncomingHttpHeaders,
  ours: readonly string[],
): string | Refusal {
  const wanted = listOf(headers[versionHeader]);
  if (wanted.length === 0) {
    return {
      status: 400,
      reason: "upgrade",
      text: "unable to upgrade: X-Stream-Protocol-Version names no protocol",
    };
  }
  return wanted.find((protocol) => ours.includes(protocol)) ?? noCommonProtocol(wanted, ours);
}

/** Returns the bytes of the answer after which the connection is SPDY. */
export function spdyUpgrade(protocol: string): string {
  return (
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n" +
    `X-Stream-Protocol-Version: ${protocol}\r\n\r\n`
  );
}

/** Splits a header that is a list, sent once or several times. */
export function listOf(header: string | readonly string[] | undefined): readonly string[] {
  return String(header ?? "")
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

/** Says which protocols would have done; what the client wanted is its own text, so it is cut short. */
export function noCommonProtocol(wanted: readonly string[], ours: readonly string[]): Refusal {
  const asked = wanted.join(", ").slice(0, 200);
  return {
    status: 403,
    reason: "upgrade",
    text: `unable to upgrade: none of ${asked} is supported, only ${ours.join(", ")}`,
    headers: { "X-Accepted-Stream-Protocol-Versions": ours.join(", ") },
  };
}
