import type { Duplex } from "node:stream";
import type { Command } from "../command.ts";
import { endWriting } from "../end-writing.ts";
import { statusText } from "../exec-status.ts";
import { type ClientEnds, runCommand } from "../run-command.ts";
import type { Session } from "../sessions.ts";
import { namelessProtocol } from "./accept-websocket.ts";
import { ChannelConnection } from "./channel-connection.ts";

/** Protocols of exec and attach over WebSocket, the best first. */
export const webSocketCommandProtocols: readonly string[] = [
  "v5.channel.k8s.io",
  "v4.channel.k8s.io",
  "v4.base64.channel.k8s.io",
  "channel.k8s.io",
  "base64.channel.k8s.io",
  namelessProtocol,
];

/** What each channel carries, by its number. */
const channelTypes = ["stdin", "stdout", "stderr", "error", "resize"] as const;
type ChannelType = (typeof channelTypes)[number];

export interface WebSocketCommandOptions {
  /** After its upgrade. */
  readonly socket: Duplex;
  readonly protocol: string;
  readonly command: Command;
  readonly session: Session;
}

/** Serves exec or attach on a WebSocket; returns when the client was told how it ended. Never rejects. */
export async function serveWebSocketCommand(options: WebSocketCommandOptions): Promise<void> {
  const { socket, protocol, command, session } = options;
  const connection = new ChannelConnection({
    socket,
    channelCount: channelTypes.length,
    isBase64: protocol.includes("base64"),
    hasCloseSignal: protocol.startsWith("v5."),
    onTraffic: (direction, bytes) => session.touch(direction, bytes),
    onClose: (reason) => session.close(reason),
  });
  session.onOverdue((reason) => connection.destroy(reason));
  const ends = new ChannelEnds(connection, command);
  ends.greet();
  const outcome = await runCommand(command, ends, session);
  const hasJsonStatus = protocol.startsWith("v5.") || protocol.startsWith("v4.");
  await ends.finish(statusText(outcome, hasJsonStatus ? "json" : "text"));
  connection.end();
}

class ChannelEnds implements ClientEnds {
  readonly #connection: ChannelConnection;
  readonly #command: Command;

  constructor(connection: ChannelConnection, command: Command) {
    this.#connection = connection;
    this.#command = command;
    // Nobody is interested in what a client sends there.
    const read = new Set(["resize", ...(command.streams.stdin ? ["stdin"] : [])]);
    for (const type of channelTypes) if (!read.has(type)) this.get(type)?.resume();
  }

  get(type: ChannelType) {
    return this.#connection.channels[channelTypes.indexOf(type)];
  }

  /** Clients take the first message, which may be empty, as a sign that all is ready. */
  greet(): void {
    const { stdout, stderr } = this.#command.streams;
    this.get(stdout ? "stdout" : stderr ? "stderr" : "error")?.greet();
  }

  /** Sends what is left and the status after it; returns when it is sent, or the client has left. */
  async finish(status: string): Promise<void> {
    await Promise.all([this.#end("stdout"), this.#end("stderr")]);
    if (status !== "") this.get("error")?.write(status);
    await this.#end("error");
  }

  async #end(type: ChannelType): Promise<void> {
    const channel = this.get(type);
    if (channel !== undefined) await endWriting(channel);
  }
}
