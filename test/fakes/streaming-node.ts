import { once } from "node:events";
import type { Readable } from "node:stream";
import type { TestContext } from "node:test";
import { systemClock } from "../../src/host/clock.ts";
import type { CriError } from "../../src/model/error.ts";
import type { ExecRequest } from "../../src/model/streaming.ts";
import { type DialOptions, dialSpdy } from "../../src/streaming/spdy/dial.ts";
import type { SpdyConnection } from "../../src/streaming/spdy/spdy-connection.ts";
import type { SpdyStream } from "../../src/streaming/spdy/spdy-stream.ts";
import {
  type StreamingServer,
  type StreamingServerOptions,
  startStreamingServer,
} from "../../src/streaming/streaming-server.ts";
import { sinkTarget } from "../harness/sink-target.ts";
import { type Line, recordingLog } from "./cri-endpoint.ts";

export interface StreamingNode {
  readonly server: StreamingServer;
  readonly lines: Line[];
  readonly counted: string[];
}

export const soon = (): AbortSignal => AbortSignal.timeout(10_000);

/** A streaming server in this process, before programs in memory. */
export async function startStreaming(
  t: TestContext,
  changes: Partial<StreamingServerOptions> = {},
): Promise<StreamingNode> {
  const lines: Line[] = [];
  const counted: string[] = [];
  const note = (metric: string, labels: object = {}): number =>
    counted.push(`${metric} ${Object.values(labels).join(" ")}`);
  const server = await startStreamingServer({
    address: "127.0.0.1:0",
    tlsCert: "",
    tlsKey: "",
    maxSessions: 100,
    maxPendingConnections: 100,
    idleTimeoutSeconds: 600,
    creationTimeoutSeconds: 30,
    tokenSeconds: 60,
    headerTimeoutSeconds: 10,
    target: sinkTarget,
    log: recordingLog(lines),
    meter: {
      count: note,
      gauge: (metric, value, labels) => note(`${metric} ${value}`, labels),
      observe: (metric, _value, labels) => note(metric, labels),
    },
    clock: systemClock,
    ...changes,
  });
  t.after(() => server[Symbol.asyncDispose]());
  return { server, lines, counted };
}

/** Asks for a command with all streams, and no terminal. */
export function execRequest(
  command: readonly string[],
  streams: Partial<ExecRequest["streams"]> = {},
): ExecRequest {
  const all = { tty: false, stdin: true, stdout: true, stderr: true };
  return { containerId: "c1", command, streams: { ...all, ...streams } };
}

export interface SpdySession {
  readonly connection: SpdyConnection;
  readonly protocol: string;
  readonly streams: Readonly<Record<string, SpdyStream>>;
  readonly closed: Promise<CriError | undefined>;
}

/** Opens a connection and streams of these types on it; the protocol is v5 unless another is named. */
export async function openSpdy(
  url: string,
  types: readonly string[],
  changes: Partial<DialOptions> = {},
): Promise<SpdySession> {
  const closed = Promise.withResolvers<CriError | undefined>();
  const protocols = ["v5.channel.k8s.io"];
  const ends = { onClose: closed.resolve, signal: soon() };
  const dialled = await dialSpdy({ url, protocols, ...ends, ...changes });
  const streams: Record<string, SpdyStream> = {};
  for (const type of types) {
    const headers = new Map([["streamtype", type]]);
    streams[type] = await dialled.connection.open(headers, soon());
  }
  return { ...dialled, streams, closed: closed.promise };
}

/** Reads to the end and leaves the other half alone: an async iterator would destroy the stream. */
export async function readAll(stream: Readable | undefined): Promise<string> {
  const chunks: Buffer[] = [];
  if (stream === undefined) return "";
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(stream, "end");
  return Buffer.concat(chunks).toString();
}
