import assert from "node:assert/strict";
import { test } from "node:test";
import { deadline, type Scene } from "./scene.ts";
import { echoPort } from "./streaming-node.ts";

const bulkBytes = 200 << 20;

/** Port-forward. */
export function forwardCases({ transport, node, client }: Scene): void {
  test("port-forward carries 20 connections at once", deadline, async () => {
    const { podSandboxId } = node();
    const ports = { ports: [echoPort], connections: 20, payloadBytes: 4 << 20 };
    const request = { verb: "forward", transport, podSandboxId, hash: true, ...ports } as const;
    const answer = await client().ask(request);
    assert.equal(answer.error, "");
    assert.deepEqual(answer.logged ?? [], []);
    assert.equal(answer.connections?.length, 20);
    for (const { sent, received, error } of answer.connections ?? []) {
      assert.equal(error, "");
      assert.deepEqual(received, sent);
    }
  });

  test("port-forward carries 200 MiB to the last byte", deadline, async () => {
    const { podSandboxId } = node();
    const ports = { ports: [echoPort], connections: 1, payloadBytes: bulkBytes };
    const request = { verb: "forward", transport, podSandboxId, hash: true, ...ports } as const;
    const [connection] = (await client().ask(request)).connections ?? [];
    assert.equal(connection?.error, "");
    assert.equal(connection?.received.sha256, connection?.sent.sha256);
  });

  test("port-forward tells of a port that nobody listens on", deadline, async () => {
    const { podSandboxId } = node();
    const ports = { ports: [9], connections: 1, payloadBytes: 1 };
    const request = { verb: "forward", transport, podSandboxId, ...ports } as const;
    const answer = await client().ask(request);
    assert.equal(answer.connections?.[0]?.received.bytes, 0);
    assert.match((answer.logged ?? []).join("\n"), /9 -> .*refused|refused.*\b9\b|\b9\b.*refused/s);
  });
}
