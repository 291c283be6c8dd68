import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type FrameStream, StreamFrames } from "./stream-frames.ts";

interface Frame {
  readonly stream: FrameStream;
  readonly bytes: Uint8Array;
}

const frames = fc.array(
  fc.record<Frame>({
    stream: fc.constantFrom("stdout", "stderr"),
    bytes: fc.uint8Array({ maxLength: 40 }),
  }),
);

function encode(list: readonly Frame[]): Buffer {
  return Buffer.concat(
    list.flatMap(({ stream, bytes }) => {
      const header = Buffer.alloc(8);
      header[0] = stream === "stdout" ? 1 : 2;
      header.writeUInt32BE(bytes.length, 4);
      return [header, bytes];
    }),
  );
}

function decode(chunks: readonly Buffer[]): Record<FrameStream, Buffer> {
  const parts: Record<FrameStream, Buffer[]> = { stdout: [], stderr: [] };
  const parser = new StreamFrames((stream, bytes) => parts[stream].push(bytes));
  for (const chunk of chunks) parser.push(chunk);
  return { stdout: Buffer.concat(parts.stdout), stderr: Buffer.concat(parts.stderr) };
}

test("frames cut anywhere give each stream its bytes in order", () => {
  fc.assert(
    fc.property(frames, fc.infiniteStream(fc.integer({ min: 1, max: 13 })), (list, sizes) => {
      const wire = encode(list);
      const chunks: Buffer[] = [];
      for (let at = 0; at < wire.length; ) {
        const size = sizes.next().value;
        chunks.push(wire.subarray(at, at + size));
        at += size;
      }
      const of = (wanted: FrameStream) =>
        Buffer.concat(list.filter(({ stream }) => stream === wanted).map(({ bytes }) => bytes));
      assert.deepEqual(decode(chunks), { stdout: of("stdout"), stderr: of("stderr") });
    }),
  );
});

test("a frame that is cut off gives what has come of it", () => {
  const wire = encode([{ stream: "stderr", bytes: Buffer.from("abcdef") }]);
  assert.equal(decode([wire.subarray(0, 11)]).stderr.toString(), "abc");
});
