import assert from "node:assert/strict";
import type {
  ForwardRequest,
  GoAnswer,
  GoClient,
  StreamRequest,
  Transport,
} from "../../interop/go-client.ts";

/** Something that a client does, and how many bytes it moves one way. */
export interface Work {
  readonly kind: "up" | "down" | "echo" | "port-forward";
  /** For port-forward: how many at once share the bytes. */
  readonly connections: number;
  readonly transport: Transport;
  readonly bytes: number;
}

/** Whoever can be worked on: gives what a request for the work needs beside it. */
export interface Subject {
  readonly client: GoClient;
  readonly pid: number;
  readonly exec: (work: Work) => Promise<ExecTarget>;
  readonly forward: (work: Work) => Promise<ForwardTarget>;
}

type ExecTarget = Pick<StreamRequest, "url" | "containerId" | "command">;
type ForwardTarget = Pick<ForwardRequest, "url" | "podSandboxId"> & { readonly port: number };

/** What is measured, with so many bytes each. */
export function works(bytes: number): readonly Work[] {
  return (["spdy", "websocket"] as const).flatMap((transport) => [
    { kind: "up", connections: 1, transport, bytes } as const,
    { kind: "down", connections: 1, transport, bytes } as const,
    { kind: "echo", connections: 1, transport, bytes } as const,
    { kind: "port-forward", connections: 1, transport, bytes } as const,
    { kind: "port-forward", connections: 10, transport, bytes } as const,
  ]);
}

/** Returns a work's name for tables: `up, SPDY`. */
export function nameOf({ kind, connections, transport }: Work): string {
  const many = connections === 1 ? "" : ` by ${connections}`;
  return `${kind}${many}, ${transport === "spdy" ? "SPDY" : "WebSocket"}`;
}

/** Does it once and returns the milliseconds; throws when a byte is missing. */
export async function perform(work: Work, subject: Subject): Promise<number> {
  const { kind, bytes } = work;
  const answer = await (kind === "port-forward" ? forward(work, subject) : exec(work, subject));
  assert.equal(answer.error, "", kind);
  const { connections = [], stdout } = answer;
  if (kind === "up") assert.equal(stdout?.text.trim(), String(bytes));
  else if (kind === "port-forward") {
    const received = connections.map((connection) => connection.received.bytes);
    assert.equal(
      received.reduce((sum, count) => sum + count, 0),
      bytes,
    );
  } else assert.equal(stdout?.bytes, bytes);
  return answer.millis;
}

async function exec(work: Work, { client, exec: target }: Subject): Promise<GoAnswer> {
  const { kind, transport, bytes } = work;
  const stdin = kind === "down" ? {} : { stdin: true, payloadBytes: bytes };
  const there = await target(work);
  return await client.ask({ verb: "exec", transport, stdout: true, ...stdin, ...there });
}

async function forward(work: Work, { client, forward: target }: Subject): Promise<GoAnswer> {
  const { transport, connections, bytes } = work;
  const { port, ...there } = await target(work);
  const each = { ports: [port], connections, payloadBytes: bytes / connections };
  return await client.ask({ verb: "forward", transport, ...each, ...there });
}
