import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { constants, createDeflate, deflateSync, type ZlibOptions } from "node:zlib";
import fc from "fast-check";
import { headerDictionary, headerDictionaryId } from "./dictionary.ts";
import { Inflater } from "./inflater.ts";

const options = {
  dictionary: headerDictionary,
  dictionaryId: headerDictionaryId,
  maxPieceBytes: 16 * 1024,
};

/** Compresses pieces as one stream, each flushed, as SPDY's peers do. */
async function deflated(pieces: readonly Uint8Array[], zlib: ZlibOptions): Promise<Buffer[]> {
  const deflate = createDeflate(zlib);
  let given: Buffer[] = [];
  deflate.on("data", (bytes: Buffer) => given.push(bytes));
  const flushed: Buffer[] = [];
  for (const piece of pieces) {
    given = [];
    deflate.write(piece);
    await new Promise<void>((resolve) => deflate.flush(constants.Z_SYNC_FLUSH, resolve));
    await setImmediate();
    flushed.push(Buffer.concat(given));
  }
  deflate.close();
  return flushed;
}

function inflated(pieces: readonly Uint8Array[], limits = options): Buffer[] {
  const inflater = new Inflater(limits);
  return pieces.map((piece) => Buffer.from(inflater.inflate(piece)));
}

const words = fc.constantFrom("streamtype", "stdin", "requestid", "port", "\0\0\0\x04", "accept-");
const piece = fc.oneof(
  fc.uint8Array({ maxLength: 2_000 }),
  fc.array(words, { maxLength: 400 }).map((list) => Buffer.from(list.join(""))),
);

test("what zlib compresses comes out as it was, with every kind of block, in any number of pieces", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { minLength: 1, maxLength: 6 }),
      fc.record({
        level: fc.constantFrom(0, 1, 6, 9),
        strategy: fc.constantFrom(
          constants.Z_DEFAULT_STRATEGY,
          constants.Z_FIXED,
          constants.Z_HUFFMAN_ONLY,
          constants.Z_RLE,
        ),
      }),
      fc.boolean(),
      async (pieces, how, usesDictionary) => {
        const dictionary = usesDictionary ? { dictionary: headerDictionary } : {};
        const flushed = await deflated(pieces, { ...how, ...dictionary });
        assert.deepEqual(
          inflated(flushed),
          pieces.map((bytes) => Buffer.from(bytes)),
        );
      },
    ),
    { numRuns: 200 },
  );
});

test("copies reach back over pieces as far as deflate allows", async () => {
  const random = Buffer.from(Array.from({ length: 8_000 }, (_, i) => (i * i * 31 + i) & 255));
  const pieces = [random, random, Buffer.alloc(16_000, 7), random, Buffer.alloc(16_000), random];
  assert.deepEqual(inflated(await deflated(pieces, {})), pieces);
});

test("a piece that grows beyond its bound is refused, however small it is", async () => {
  const [bomb = Buffer.alloc(0)] = await deflated([Buffer.alloc(10_000_000)], { level: 9 });
  assert.ok(bomb.length < 16_000);
  assert.throws(() => inflated([bomb]), { kind: "InvalidArgument", message: /is too long/ });
});

test("another dictionary, a stream that ends, a cut piece and noise are refused", async () => {
  const [other = Buffer.alloc(0)] = await deflated([Buffer.from("a")], {
    dictionary: Buffer.from("b"),
  });
  assert.throws(() => inflated([other]), /another dictionary/);
  assert.throws(() => inflated([deflateSync("a")]), /ends the stream/);
  const [good = Buffer.alloc(0)] = await deflated([Buffer.from("a".repeat(99))], {});
  assert.throws(() => inflated([good.subarray(0, 4)]), /ends too early/);
  assert.throws(() => inflated([Buffer.from("GET / HTTP/1.1")]), /no zlib head/);
  assert.throws(() => inflated([Buffer.from([0x78, 0x01, 0x06])]), /no type/);
  assert.throws(() => inflated([Buffer.from([0x78, 0x01, 0, 1, 0, 1, 0])]), /wrong length/);
});
