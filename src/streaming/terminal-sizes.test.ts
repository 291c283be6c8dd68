import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { TerminalSize } from "../model/streaming.ts";
import { TerminalSizes } from "./terminal-sizes.ts";

async function sizesOf(...texts: readonly string[]): Promise<TerminalSize[]> {
  const sizes = new TerminalSizes();
  const found: TerminalSize[] = [];
  const reading = (async () => {
    for await (const size of sizes) found.push(size);
  })();
  for (const text of texts) {
    sizes.push(text);
    await setImmediate();
  }
  sizes.end();
  await reading;
  return found;
}

test("sizes come as JSON in any pieces, and what is none is passed over", async () => {
  const small = { width: 80, height: 24 };
  const large = { width: 200, height: 50 };
  assert.deepEqual(await sizesOf('{"Width":80,"Height":24}\n', '{"Width":2', '00,"Height":50}'), [
    small,
    large,
  ]);
  assert.deepEqual(await sizesOf('{"width":80,"height":24}'), [small]);
  const wrong = ["{}", '{"Width":-1,"Height":1}', '{"Width":1.5,"Height":1}', "{x}", "null"];
  assert.deepEqual(await sizesOf(...wrong, '{"Width":70000,"Height":1}'), []);
  assert.deepEqual(await sizesOf("x".repeat(5_000), "{".repeat(2_000)), []);
});

test("a slow reader gets the newest only", async () => {
  const sizes = new TerminalSizes();
  for (let width = 1; width <= 9; width += 1) sizes.push(`{"Width":${width},"Height":1}`);
  sizes.end();
  const found: TerminalSize[] = [];
  for await (const size of sizes) found.push(size);
  assert.deepEqual(found, [{ width: 9, height: 1 }]);
});
