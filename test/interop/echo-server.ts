// Serves `sinkTarget` for clients in other languages, as `interop server` does for Go's library. Each line on stdin asks for a URL,
// {"id": 1, "verb": "exec", "command": ["echo"], "tty": false, "stdin": true, "stdout": true, "stderr": true}; verb is exec, attach
// or forward. It is answered on stdout: {"id": 1, "url": "http://…", "error": ""}. It ends with stdin.

import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { systemClock } from "../../src/host/clock.ts";
import { messageOf } from "../../src/model/error.ts";
import type { StreamUrls } from "../../src/model/streaming.ts";
import { startStreamingServer } from "../../src/streaming/streaming-server.ts";
import { sinkTarget } from "../harness/sink-target.ts";
import { silentLog } from "../integration/silent-log.ts";

interface Line {
  readonly id: number;
  readonly verb: "exec" | "attach" | "forward";
  readonly command?: readonly string[];
  readonly tty?: boolean;
  readonly stdin?: boolean;
  readonly stdout?: boolean;
  readonly stderr?: boolean;
}

const { values } = parseArgs({
  options: { address: { type: "string", default: "127.0.0.1:0" } },
});

await using server = await startStreamingServer({
  address: values.address,
  tlsCert: "",
  tlsKey: "",
  maxSessions: 1_000,
  maxPendingConnections: 1_000,
  idleTimeoutSeconds: 600,
  creationTimeoutSeconds: 30,
  tokenSeconds: 60,
  headerTimeoutSeconds: 10,
  target: sinkTarget,
  log: silentLog,
  meter: { count: () => {}, observe: () => {}, gauge: () => {} },
  clock: systemClock,
});

for await (const text of createInterface(process.stdin)) {
  const line = JSON.parse(text) as Line;
  process.stdout.write(`${JSON.stringify({ id: line.id, ...answer(line) })}\n`);
}

function answer(line: Line): { readonly url: string; readonly error: string } {
  try {
    return { url: urlOf(server, line), error: "" };
  } catch (thrown) {
    return { url: "", error: messageOf(thrown) };
  }
}

function urlOf(urls: StreamUrls, line: Line): string {
  if (line.verb === "forward") return urls.portForward({ podSandboxId: "memory", ports: [] });
  const { command = [], tty = false, stdin = false, stdout = false, stderr = false } = line;
  const streams = { tty, stdin, stdout, stderr };
  const containerId = "memory";
  return line.verb === "exec"
    ? urls.exec({ containerId, command, streams })
    : urls.attach({ containerId, streams });
}
