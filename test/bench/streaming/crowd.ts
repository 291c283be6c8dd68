import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type GoClient, type Step, startGoClient } from "../../interop/go-client.ts";
import type { Contender, ServerProcess } from "./contenders.ts";
import { MemoryWatch } from "./memory-watch.ts";

/** How long sides that do not read are written to before it is looked how much was kept for them. */
const settleMillis = 3_000;

/** Many sessions at once on a new server, half of them over each transport; returns the most memory it took, in PSS MiB. */
export interface Crowd {
  readonly name: string;
  readonly measure: (contender: Contender, program: string) => Promise<number>;
}

/** What is measured with so many sessions. */
export function crowds(sessions: number): readonly Crowd[] {
  return [
    { name: `${sessions} sessions that wait`, measure: crowd(sessions, waiting) },
    { name: `${sessions} sessions that echo 2 MiB each`, measure: crowd(sessions, echoing) },
    { name: `${sessions} downloads that nobody reads`, measure: crowd(sessions, unread) },
    { name: `${sessions} uploads that nobody takes`, measure: crowd(sessions, untaken) },
  ];
}

interface Kind {
  readonly command: string;
  readonly steps?: readonly Step[];
  readonly payloadBytes?: number;
  /** The client does not read before this is opened. */
  readonly gate?: string;
  /** Whether all sessions come to wait at the gate. */
  readonly waits: boolean;
  /** Whether a session ends by itself. */
  readonly ends: boolean;
}

const waiting: Kind = {
  command: "echo",
  steps: [{ write: "x" }, { expect: "x" }, { gate: "crowd" }],
  waits: true,
  ends: true,
};
const echoing: Kind = { command: "echo", payloadBytes: 2 << 20, waits: false, ends: true };
const unread: Kind = { command: `source ${64 << 20}`, gate: "crowd", waits: false, ends: false };
const untaken: Kind = { command: "hang", payloadBytes: 64 << 20, waits: false, ends: false };

function crowd(sessions: number, kind: Kind): Crowd["measure"] {
  return async (contender, program) => {
    await using server = contender.start();
    await using client = startGoClient(program);
    const watch = new MemoryWatch(server.pid);
    const numbers = Array.from({ length: sessions }, (_, index) => index);
    const all = Promise.all(numbers.map((number) => session(number, kind, { server, client })));
    if (!kind.ends) {
      all.catch(() => undefined);
      await sleep(settleMillis);
    } else {
      if (kind.waits) await client.ask({ verb: "arrived", gate: "crowd", count: sessions });
      if (kind.waits) await client.ask({ verb: "open", gate: "crowd" });
      await all;
    }
    return watch.stop();
  };
}

interface Ends {
  readonly server: ServerProcess;
  readonly client: GoClient;
}

async function session(number: number, kind: Kind, { server, client }: Ends): Promise<void> {
  const { command, steps, payloadBytes, gate } = kind;
  const asked = { verb: "exec", stdin: !command.startsWith("source"), stdout: true } as const;
  const { url } = await server.ask({ ...asked, command: command.split(" ") });
  const answer = await client.ask({
    ...asked,
    url,
    transport: number % 2 === 0 ? "spdy" : "websocket",
    ...(steps === undefined ? {} : { steps }),
    ...(payloadBytes === undefined ? {} : { payloadBytes }),
    ...(gate === undefined ? {} : { gate }),
  });
  assert.equal(answer.error, "");
}
