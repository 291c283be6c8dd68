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
  const transport = transportOf(upgrade.incoming.headers);
  if (transport === "spdy") return serveSpdy(upgrade, context);
  return {
    status: 400,
    reason: "upgrade",
    text: "unable to upgrade: only SPDY/3.1 and websocket are known",
  };
}

function serveSpdy(
  { incoming, socket, asked }: Upgrade,
  context: UpgradeContext,
): Refusal | undefined {
  const ours = asked.kind === "portforward" ? [forwardProtocol] : spdyCommandProtocols;
  const protocol = spdyProtocol(incoming.headers, ours);
  if (typeof protocol !== "string") return protocol;
  socket.write(spdyUpgrade(protocol));
  const session = beginSession(asked, { transport: "spdy", protocol }, context.sessions);
  const { target, creationMillis } = context;
  if (asked.kind === "portforward") {
    serveSpdyForward({ socket, request: asked.request, target, session, creationMillis });
  } else {
    const command = commandOf(asked, target);
    void serveSpdyCommand({ socket, protocol, command, session, creationMillis });
  }
  return undefined;
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
