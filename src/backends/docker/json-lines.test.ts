import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CriError } from "../../model/error.ts";
import { readJsonLines } from "./json-lines.ts";

async function* chunksOf(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(chunks: AsyncIterable<Buffer>): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const value of readJsonLines(chunks)) values.push(value);
  return values;
}

const isInternal = (thrown: unknown) => thrown instanceof CriError && thrown.kind === "Internal";

test("values cut anywhere come back whole, the last one with or without its newline", async () => {
  const property = fc.asyncProperty(
    fc.array(fc.jsonValue().filter((value) => !Object.is(value, -0))),
    fc.integer({ min: 1, max: 9 }),
    fc.constantFrom("\n", "\r\n", "\n\n"),
    async (values, size, newline) => {
      const text = values.map((value) => JSON.stringify(value)).join(newline);
      const expected = JSON.parse(JSON.stringify(values));
      assert.deepEqual(await read(chunksOf(Buffer.from(text), size)), expected);
    },
  );
  await fc.assert(property);
});

test("what is no JSON and what never ends are errors", async () => {
  await assert.rejects(read(chunksOf(Buffer.from("{}\nno\n"), 4)), isInternal);
  await assert.rejects(read(chunksOf(Buffer.alloc(3 << 20, "x"), 65536)), isInternal);
});
