import type { Duplex } from "node:stream";
import type { PortForwardRequest, StreamTarget } from "../../model/streaming.ts";
import { endWriting } from "../end-writing.ts";
import { forward } from "../forward.ts";
import type { Session } from "../sessions.ts";
import { namelessProtocol } from "./accept-websocket.ts";
import { type Channel, ChannelConnection } from "./channel-connection.ts";

/** Protocols of port-forward on channels. */
export const webSocketForwardProtocols: readonly string[] = [
  "v4.channel.k8s.io",
  "v4.base64.channel.k8s.io",
  namelessProtocol,
];

/** Channels have one byte for their number. */
export const maxForwardPorts = 127;

export interface WebSocketForwardOptions {
  /** After its upgrade. */
  readonly socket: Duplex;
  readonly protocol: string;
  readonly request: PortForwardRequest;
  readonly target: StreamTarget;
  readonly session: Session;
}

/** Serves one connection to each port that was asked for: channel 2n has its data, 2n + 1 its error. Never rejects. */
export async function serveWebSocketForward(options: WebSocketForwardOptions): Promise<void> {
  const { socket, protocol, request, target, session } = options;
  const connection = new ChannelConnection({
    socket,
    channelCount: 2 * request.ports.length,
    isBase64: protocol.includes("base64"),
    hasCloseSignal: false,
    onTraffic: (direction, bytes) => session.touch(direction, bytes),
    onClose: (reason) => {
      session.note(`${request.ports.length} connections`, false);
      session.close(reason);
    },
  });
  session.onOverdue((reason) => connection.destroy(reason));
  session.signal.addEventListener("abort", () => connection.end(), { once: true });
  const forwards = request.ports.map(async (port, index) => {
    const [data, error] = connection.channels.slice(2 * index);
    if (data !== undefined && error !== undefined) await serve({ port, data, error });
  });

  async function serve({ port, data, error }: PortChannels): Promise<void> {
    error.resume();
    tellPort(port, [data, error]);
    const { podSandboxId } = request;
    await forward({ podSandboxId, port, data, error }, target);
    await endWriting(error);
  }

  await Promise.all(forwards);
  connection.end();
}

interface PortChannels {
  readonly port: number;
  readonly data: Channel;
  readonly error: Channel;
}

/** The first two bytes of both channels, little-endian. */
function tellPort(port: number, channels: readonly Channel[]): void {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(port);
  for (const channel of channels) channel.write(bytes);
}
