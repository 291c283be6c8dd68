import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { fakeClient } from "../../../test/fakes/stream-session.ts";
import type { TerminalSize } from "../../model/streaming.ts";
import { TerminalSizes } from "./terminal-sizes.ts";

const size = (width: number): TerminalSize => ({ width, height: 10 });

test("a size that came before there was a terminal is set first, then only the newest", async () => {
  const client = fakeClient();
  const sizes = new TerminalSizes(client.session.resizes);
  client.resize(size(1));
  await turn();
  assert.deepEqual(sizes.newest, size(1));
  const set: number[] = [];
  const life = new AbortController();
  let release = (): void => undefined;
  const following = sizes.follow(async ({ width }) => {
    set.push(width);
    await new Promise<void>((resolve) => (release = resolve));
  }, life.signal);
  for (const width of [2, 3, 4]) {
    client.resize(size(width));
    await turn();
  }
  release();
  await turn();
  await turn();
  assert.deepEqual(set, [1, 4]);
  life.abort();
  release();
  await following;
  client.end();
});

test("a call that fails is passed over, and an abort ends the wait for the next size", async () => {
  const client = fakeClient();
  const sizes = new TerminalSizes(client.session.resizes);
  const life = new AbortController();
  const set: number[] = [];
  const following = sizes.follow(async ({ width }) => {
    set.push(width);
    throw new Error("no such exec");
  }, life.signal);
  for (const width of [1, 2]) {
    client.resize(size(width));
    for (let count = 0; count < 5; count += 1) await turn();
  }
  life.abort();
  await following;
  assert.deepEqual(set, [1, 2]);
  client.end();
});
