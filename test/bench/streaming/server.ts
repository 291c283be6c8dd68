/*
 * The streaming server of this checkout with MemoryTarget behind it, in a process of its own. It answers each line of stdin, a
 * request for a URL, with a line of stdout, and ends with stdin.
 */

import { createInterface } from "node:readline";
import { systemClock } from "../../../src/host/clock.ts";
import type { Meter } from "../../../src/model/ports.ts";
import { startStreamingServer } from "../../../src/streaming/streaming-server.ts";
import { silentLog } from "../../integration/silent-log.ts";
import { MemoryTarget } from "./memory-target.ts";
import type { ServerAnswer, ServerRequest } from "./server-protocol.ts";

const nothing = (): void => undefined;

const meter: Meter = { count: nothing, observe: nothing, gauge: nothing };

await using server = await startStreamingServer({
  address: "127.0.0.1:0",
  maxSessions: 1_000,
  maxPendingConnections: 1_000,
  idleTimeoutSeconds: 14_400,
  creationTimeoutSeconds: 30,
  tokenSeconds: 60,
  headerTimeoutSeconds: 10,
  target: new MemoryTarget(),
  log: silentLog,
  meter,
  clock: systemClock,
});

function urlOf(request: ServerRequest): string {
  if (request.verb === "forward") return server.portForward({ podSandboxId: "memory", ports: [] });
  const { command = [], stdin = false, stdout = false } = request;
  const streams = { tty: false, stdin, stdout, stderr: false };
  return server.exec({ containerId: "memory", command, streams });
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as ServerRequest & { readonly id: number };
  const answer: ServerAnswer = { id: request.id, url: urlOf(request), error: "" };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
