import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "../../test/fakes/manual-clock.ts";
import { RequestTokens, type StreamRequest } from "./request-tokens.ts";

const asked: StreamRequest = {
  kind: "portforward",
  request: { podSandboxId: "p", ports: [80] },
};

test("a token is good once, for what it was given", () => {
  const tokens = new RequestTokens(new ManualClock(), 60_000);
  const token = tokens.issue(asked);
  assert.match(token, /^[\w-]{22}$/);
  assert.equal(tokens.redeem("x", "portforward"), undefined);
  assert.equal(tokens.redeem(token, "portforward"), asked);
  assert.equal(tokens.redeem(token, "portforward"), undefined);
  const other = tokens.issue(asked);
  assert.equal(tokens.redeem(other, "exec"), undefined);
  assert.equal(tokens.redeem(other, "portforward"), undefined);
});

test("a token expires", () => {
  const clock = new ManualClock();
  const tokens = new RequestTokens(clock, 60_000);
  const [first, second] = [tokens.issue(asked), tokens.issue(asked)];
  clock.advance(59_999);
  assert.equal(tokens.redeem(first, "portforward"), asked);
  clock.advance(1);
  assert.equal(tokens.redeem(second, "portforward"), undefined);
});

test("so many tokens wait and no more; those that expired make room", () => {
  const clock = new ManualClock();
  const tokens = new RequestTokens(clock, 60_000);
  const issued = new Set(Array.from({ length: 1_000 }, () => tokens.issue(asked)));
  assert.equal(issued.size, 1_000);
  assert.throws(() => tokens.issue(asked), { kind: "ResourceExhausted" });
  clock.advance(60_000);
  tokens.issue(asked);
});

test("what waits is bounded by its length, too, and what is redeemed makes room", () => {
  const tokens = new RequestTokens(new ManualClock(), 60_000);
  const command = ["x".repeat(40 << 20)];
  const streams = { tty: false, stdin: false, stdout: true, stderr: false };
  const long = { kind: "exec", request: { containerId: "c", command, streams } } as const;
  const token = tokens.issue(long);
  assert.throws(() => tokens.issue(long), { kind: "ResourceExhausted" });
  assert.equal(tokens.redeem(token, "exec"), long);
  tokens.issue(long);
});
