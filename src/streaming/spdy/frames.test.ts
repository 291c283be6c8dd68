import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ControlFrame } from "./frame.ts";
import { FrameDecoder } from "./frame-decoder.ts";
import { dataHead, FrameEncoder, ignoredFrame } from "./frame-encoder.ts";

interface DataFrame {
  readonly type: "DATA";
  readonly streamId: number;
  readonly bytes: string;
  readonly isLast: boolean;
}

type Frame = ControlFrame | DataFrame;

const id = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const number = fc.nat({ max: 2 ** 31 - 1 });
const headers = fc
  .uniqueArray(fc.tuple(fc.stringMatching(/^[a-z-]{1,20}$/), fc.stringMatching(/^[^\0]{0,30}$/)), {
    maxLength: 8,
    selector: ([name]) => name,
  })
  .map((entries) => new Map(entries));

const plain = { noNullPrototype: true } as const;

const frame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record(
    {
      type: fc.constantFrom("SYN_STREAM" as const, "SYN_REPLY" as const, "HEADERS" as const),
      streamId: id,
      isLast: fc.boolean(),
      headers,
    },
    plain,
  ),
  fc.record({ type: fc.constant("RST_STREAM" as const), streamId: id, status: number }, plain),
  fc.record({ type: fc.constant("PING" as const), id: number }, plain),
  fc.record(
    { type: fc.constant("GOAWAY" as const), lastGoodStreamId: number, status: number },
    plain,
  ),
  fc.record(
    {
      type: fc.constant("DATA" as const),
      streamId: id,
      bytes: fc.base64String({ maxLength: 200 }),
      isLast: fc.boolean(),
    },
    plain,
  ),
);

function encode(frames: readonly Frame[]): Buffer {
  const encoder = new FrameEncoder();
  return Buffer.concat(
    frames.flatMap((one) => {
      if (one.type !== "DATA") return [encoder.control(one), ignoredFrame()];
      const bytes = Buffer.from(one.bytes);
      return [dataHead(one.streamId, bytes.length, one.isLast), bytes];
    }),
  );
}

/** Data that came in pieces is put together again. */
function decode(chunks: readonly Buffer[]): Frame[] {
  const frames: Frame[] = [];
  let data: { streamId: number; bytes: string } | undefined;
  const endData = (isLast: boolean): void => {
    if (data !== undefined) frames.push({ type: "DATA", ...data, isLast });
    data = undefined;
  };
  const decoder = new FrameDecoder({
    control: (control) => {
      endData(false);
      frames.push(control);
    },
    data: (streamId, bytes) => {
      data = { streamId, bytes: (data?.bytes ?? "") + bytes.toString() };
    },
    dataEnd: (streamId) => {
      data ??= { streamId, bytes: "" };
      endData(true);
    },
  });
  for (const chunk of chunks) decoder.push(chunk);
  endData(false);
  return frames;
}

function cut(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let at = 0;
  for (let index = 0; at < bytes.length; index += 1) {
    const end = at + (lengths[index % lengths.length] ?? 1);
    chunks.push(bytes.subarray(at, end));
    at = end;
  }
  return chunks;
}

/** What a decoder may do otherwise: data of one stream that is not ended by anything runs together, empty data is nothing. */
function separable(frames: readonly Frame[]): Frame[] {
  return frames.filter((one, index) => {
    if (one.type !== "DATA" || one.isLast) return true;
    return one.bytes !== "" && frames[index + 1]?.type !== "DATA";
  });
}

test("what is encoded is decoded, whatever the pieces in which it comes", () => {
  fc.assert(
    fc.property(
      fc.array(frame, { maxLength: 12 }).map(separable),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }),
      (frames, lengths) => {
        const bytes = encode(frames);
        assert.deepEqual(decode(cut(bytes, lengths)), frames);
        assert.deepEqual(decode([bytes]), frames);
      },
    ),
    { numRuns: 500 },
  );
});

test("frames that nobody needs are passed over, whatever their size", () => {
  const settings = Buffer.from("8003000400ffffff", "hex");
  const unknown = Buffer.from("8003004200000003010203", "hex");
  const ping: ControlFrame = { type: "PING", id: 7 };
  const bytes = [settings, Buffer.alloc(0xffffff), unknown, new FrameEncoder().control(ping)];
  assert.deepEqual(decode(bytes), [ping]);
});

test("bytes that are no frames are refused", () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ["0000000000000001ff", /no stream/],
    ["8002000100000001ff", /version 3/],
    ["80030001000040010000", /more than 16384 bytes/],
    ["8003000600000000", /is empty/],
    ["800300060000000500000001ff", /has not 4 bytes/],
    ["80030003000000080000000000000001", /no stream/],
    ["800300010000000400000001", /too short/],
  ];
  for (const [hex, words] of wrong) {
    assert.throws(() => decode([Buffer.from(hex, "hex")]), {
      kind: "InvalidArgument",
      message: words,
    });
  }
});

test("header blocks with a name twice, in upper case, without a name or with too much are refused", () => {
  const block = (...texts: readonly string[]) => {
    const parts = texts.flatMap((text) => [Buffer.alloc(4), Buffer.from(text)]);
    parts.forEach((part, index) => {
      if (index % 2 === 0) part.writeUInt32BE(parts[index + 1]?.length ?? 0);
    });
    return parts;
  };
  const reply = (count: number, parts: readonly Buffer[]): Buffer => {
    const countBytes = Buffer.alloc(4);
    countBytes.writeUInt32BE(count);
    const body = Buffer.concat([countBytes, ...parts]);
    const stored = Buffer.from([0x78, 1, 0, body.length, 0, 255 - body.length, 255]);
    const payload = Buffer.concat([Buffer.from([0, 0, 0, 1]), stored, body]);
    return Buffer.concat([Buffer.from([0x80, 3, 0, 2, 0, 0, 0, payload.length]), payload]);
  };
  const good = decode([reply(1, block("a", "b\0c"))]);
  assert.deepEqual(good, [
    { type: "SYN_REPLY", streamId: 1, isLast: false, headers: new Map([["a", "b"]]) },
  ]);
  assert.throws(() => decode([reply(2, block("a", "b", "a", "c"))]), /a name twice/);
  assert.throws(() => decode([reply(1, block("A", "b"))]), /not lower-case/);
  assert.throws(() => decode([reply(1, block("", "b"))]), /not lower-case/);
  assert.throws(() => decode([reply(1, block("a", "b", "c"))]), /longer than/);
  assert.throws(() => decode([reply(65, block("a", "b"))]), /more than 64 names/);
  assert.throws(() => decode([reply(2, block("a", "b"))]), /ends too early/);
});
