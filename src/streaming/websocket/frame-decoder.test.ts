import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CriError } from "../../model/error.ts";
import { FrameDecoder } from "./frame-decoder.ts";

type Control = "close" | "ping" | "pong";
type Message =
  | { readonly parts: readonly Buffer[] }
  | { readonly control: Control; readonly payload: Buffer };

const opcodes = { continuation: 0, binary: 2, close: 8, ping: 9, pong: 10 };
const bytes = (maxLength: number) =>
  fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));
const large = fc.integer({ min: 65_500, max: 66_000 }).map((length) => Buffer.alloc(length, "ab"));
const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ parts: fc.array(bytes(300), { minLength: 1, maxLength: 4 }) }),
  fc.record({ parts: fc.tuple(large) }),
  fc.record({ control: fc.constantFrom("close", "ping", "pong"), payload: bytes(125) }),
);
const masks = bytes(40).filter(({ length }) => length >= 4);

function frame(first: number, payload: Buffer, mask: Buffer): Buffer {
  const { length } = payload;
  const short = length < 126 ? length : length < 65_536 ? 126 : 127;
  const head = Buffer.alloc(short === 126 ? 4 : short === 127 ? 10 : 2);
  head[0] = first;
  head[1] = 0x80 | short;
  if (short === 126) head.writeUInt16BE(length, 2);
  if (short === 127) head.writeBigUInt64BE(BigInt(length), 2);
  const masked = payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([head, mask, masked]);
}

function encode(messages: readonly Message[], randomMasks: Buffer): Buffer {
  const frames: Buffer[] = [];
  const add = (opcode: number, isLast: boolean, payload: Buffer): void => {
    const at = frames.length % (randomMasks.length - 3);
    const mask = randomMasks.subarray(at, at + 4);
    frames.push(frame((isLast ? 0x80 : 0) | opcode, payload, mask));
  };
  for (const one of messages) {
    if ("control" in one) add(opcodes[one.control], true, one.payload);
    else {
      for (const [index, part] of one.parts.entries()) {
        const opcode = index === 0 ? opcodes.binary : opcodes.continuation;
        add(opcode, index === one.parts.length - 1, part);
      }
    }
  }
  return Buffer.concat(frames);
}

/** What a decoder gives for bytes that come in pieces of such lengths. */
function decode(all: Buffer, lengths: readonly number[]): readonly (string | Buffer)[] {
  const given: (string | Buffer)[] = [];
  let parts: Buffer[] = [];
  const decoder = new FrameDecoder({
    data: (piece, isFirst) => {
      assert.equal(isFirst, parts.length === 0);
      parts.push(Buffer.from(piece));
    },
    dataEnd: () => {
      given.push(Buffer.concat(parts));
      parts = [];
    },
    control: (kind, payload) => given.push(kind, payload),
  });
  let at = 0;
  for (let turn = 0; at < all.length; turn += 1) {
    const end = at + (lengths[turn % lengths.length] ?? 1);
    // An own copy at any alignment, since it is written over.
    const own = Buffer.alloc(end - at + 8).subarray(
      turn % 8,
      (turn % 8) + Math.min(end, all.length) - at,
    );
    all.copy(own, 0, at, end);
    decoder.push(own);
    at = end;
  }
  return given;
}

test("messages and control frames come out as they went in, however their bytes are cut", () => {
  const lengths = fc.array(
    fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 70_000 })),
    {
      minLength: 1,
      maxLength: 5,
    },
  );
  fc.assert(
    fc.property(fc.array(message, { maxLength: 6 }), masks, lengths, (messages, mask, cuts) => {
      const expected = messages.flatMap((one) =>
        "control" in one ? [one.control, one.payload] : [Buffer.concat(one.parts)],
      );
      assert.deepEqual(decode(encode(messages, mask), cuts), expected);
    }),
    { numRuns: 300 },
  );
});

test("each broken rule has its words", () => {
  const mask = Buffer.alloc(4);
  const cases: readonly [Buffer, RegExp][] = [
    [frame(0xc2, Buffer.alloc(1), mask), /a reserved bit is set/],
    [Buffer.from([0x82, 1, 0]), /not masked/],
    [frame(0x80, Buffer.alloc(1), mask), /not in one piece/],
    [Buffer.concat([frame(2, Buffer.alloc(1), mask), frame(0x82, mask, mask)]), /not in one piece/],
    [frame(0x83, Buffer.alloc(1), mask), /kind of a frame is unknown/],
    [frame(0x8b, Buffer.alloc(1), mask), /kind of a frame is unknown/],
    [frame(0x89, Buffer.alloc(126), mask), /control frame is too long/],
    [frame(0x09, Buffer.alloc(1), mask), /control frame is too long/],
    [Buffer.from([0x82, 0xff, ...Buffer.alloc(12, 0xff)]), /frame is too long/],
  ];
  for (const [bad, words] of cases) {
    assert.throws(
      () => decode(bad, [1_000]),
      (thrown) =>
        thrown instanceof CriError &&
        thrown.kind === "InvalidArgument" &&
        words.test(thrown.message),
    );
  }
});
