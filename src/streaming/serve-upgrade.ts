import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { StreamTarget } from "../model/streaming.ts";
import { attachCommand, type Command, execCommand } from "./command.ts";
import type { Refusal } from "./refusal.ts";
import type { StreamRequest } from "./request-tokens.ts";
import type { Session, Sessions } from "./sessions.ts";
import { serveSpdyCommand, spdyCommandProtocols } from "./spdy-command.ts";
import { forwardProtocol, serveSpdyForward } from "./spdy-forward.ts";
import { spdyProtocol, spdyUpgrade, transportOf } from "./upgrade.ts";
import { acceptWebSocket } from "./websocket/accept-websocket.ts";
import { serveWebSocketCommand, webSocketCommandProtocols } from "./websocket/serve-command.ts";
import {
  maxForwardPorts,
  serveWebSocketForward,
  webSocketForwardProtocols,
} from "./websocket/serve-forward.ts";
import { WebSocketTunnel } from "./websocket/tunnel.ts";

/** What every session needs. */
export interface UpgradeContext {
  readonly target: StreamTarget;
  readonly sessions: Sessions;
  readonly creationMillis: number;
}

/** A request whose token was right, with the socket it came on. */
export interface Upgrade {
  readonly incoming: IncomingMessage;
  readonly socket: Duplex;
  readonly asked: StreamRequest;
}

/** Begins the session that the client asks for; returns what to answer instead when it cannot be. */
export function serveUpgrade(upgrade: Upgrade, context: UpgradeContext): Refusal | undefined {
  switch (transportOf(upgrade.incoming.headers)) {
    case "spdy":
      return serveSpdy(upgrade, context);
    case "websocket":
      return serveWebSocket(upgrade, context);
    case undefined:
      return {
        status: 400,
        reason: "upgrade",
        text: "unable to upgrade: only SPDY/3.1 and websocket are known",
      };
  }
}

function serveSpdy(
  { incoming, socket, asked }: Upgrade,
  { target, sessions, creationMillis }: UpgradeContext,
): Refusal | undefined {
  const ours = asked.kind === "portforward" ? [forwardProtocol] : spdyCommandProtocols;
  const protocol = spdyProtocol(incoming.headers, ours);
  if (typeof protocol !== "string") return protocol;
  socket.write(spdyUpgrade(protocol));
  const session = beginSession(asked, { transport: "spdy", protocol }, sessions);
  if (asked.kind === "portforward") {
    serveSpdyForward({ socket, request: asked.request, target, session, creationMillis });
  } else {
    const command = commandOf(asked, target);
    void serveSpdyCommand({ socket, protocol, command, session, creationMillis });
  }
  return undefined;
}

function serveWebSocket(
  { incoming, socket, asked }: Upgrade,
  { target, sessions, creationMillis }: UpgradeContext,
): Refusal | undefined {
  const accepted = acceptWebSocket(incoming, webSocketProtocols(asked));
  if ("status" in accepted) return accepted;
  const { protocol, answer } = accepted;
  socket.write(answer);
  const session = beginSession(asked, { transport: "websocket", protocol }, sessions);
  if (asked.kind !== "portforward") {
    const command = commandOf(asked, target);
    void serveWebSocketCommand({ socket, protocol, command, session });
  } else if (protocol === tunnelProtocol) {
    const tunnel = new WebSocketTunnel(socket);
    const { request } = asked;
    serveSpdyForward({ socket: tunnel, request, target, session, creationMillis });
  } else {
    void serveWebSocketForward({ socket, protocol, request: asked.request, target, session });
  }
  return undefined;
}

/** SPDY in the messages of a WebSocket. */
const tunnelProtocol = `SPDY/3.1+${forwardProtocol}`;

/** Channels are numbered by the ports of the request: without ports, or with too many, there is only the tunnel. */
function webSocketProtocols(asked: StreamRequest): readonly string[] {
  if (asked.kind !== "portforward") return webSocketCommandProtocols;
  const { length } = asked.request.ports;
  const hasChannels = length > 0 && length <= maxForwardPorts;
  return hasChannels ? [tunnelProtocol, ...webSocketForwardProtocols] : [tunnelProtocol];
}

type CommandRequest = Exclude<StreamRequest, { readonly kind: "portforward" }>;

function commandOf(asked: CommandRequest, target: StreamTarget): Command {
  return asked.kind === "exec"
    ? execCommand(asked.request, target)
    : attachCommand(asked.request, target);
}

interface Carrier {
  readonly transport: "spdy" | "websocket";
  readonly protocol: string;
}

function beginSession(asked: StreamRequest, carrier: Carrier, sessions: Sessions): Session {
  const id = asked.kind === "portforward" ? asked.request.podSandboxId : asked.request.containerId;
  return sessions.begin({ kind: asked.kind, ...carrier, id });
}
