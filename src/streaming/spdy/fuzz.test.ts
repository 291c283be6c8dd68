import assert from "node:assert/strict";
import { once } from "node:events";
import { duplexPair } from "node:stream";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { constants, createDeflate } from "node:zlib";
import { mutated, pieces, randomNumbers } from "../../../test/fakes/mutation.ts";
import { CriError } from "../../model/error.ts";
import { headerDictionary } from "./dictionary.ts";
import { FrameDecoder } from "./frame-decoder.ts";
import { dataHead, FrameEncoder, ignoredFrame } from "./frame-encoder.ts";
import { encodeHeaderBlock } from "./header-block.ts";
import { SpdyConnection } from "./spdy-connection.ts";

const framesInConversation = 10;
const conversations = 100_000;

const headers = (type: string, port = "8080") =>
  new Map([
    ["streamtype", type],
    ["port", port],
    ["requestid", "1"],
  ]);

/** Ten frames as our own encoder writes them. */
function ownConversation(): Buffer {
  const encoder = new FrameEncoder();
  const open = (streamId: number, type: string): Buffer =>
    encoder.control({ type: "SYN_STREAM", streamId, isLast: false, headers: headers(type) });
  return Buffer.concat([
    open(1, "error"),
    open(3, "data"),
    encoder.control({ type: "SYN_REPLY", streamId: 2, isLast: false, headers: new Map() }),
    encoder.control({ type: "PING", id: 1 }),
    Buffer.concat([dataHead(3, 40, false), Buffer.alloc(40, 7)]),
    encoder.control({ type: "HEADERS", streamId: 3, isLast: false, headers: headers("x") }),
    ignoredFrame(),
    dataHead(3, 0, true),
    encoder.control({ type: "RST_STREAM", streamId: 1, status: 5 }),
    encoder.control({ type: "GOAWAY", lastGoodStreamId: 3, status: 0 }),
  ]);
}

/** Ten frames whose headers are compressed as Go's client does it. */
async function compressedConversation(): Promise<Buffer> {
  const deflate = createDeflate({ level: 9, dictionary: headerDictionary });
  const frames: Buffer[] = [];
  let given: Buffer[] = [];
  deflate.on("data", (bytes: Buffer) => given.push(bytes));
  for (let index = 0; index < framesInConversation; index += 1) {
    given = [];
    deflate.write(encodeHeaderBlock(headers(index % 2 === 0 ? "error" : "data", `${index}`)));
    await new Promise<void>((resolve) => deflate.flush(constants.Z_SYNC_FLUSH, resolve));
    await setImmediate();
    const block = Buffer.concat(given);
    const head = Buffer.from([0x80, 3, 0, 1, 0, 0, 0, 10 + block.length, 0, 0, 0, 2 * index + 1]);
    frames.push(Buffer.concat([head, Buffer.alloc(6), block]));
  }
  return Buffer.concat(frames);
}

/** Decodes; returns whether the bytes were taken. Throws what is no clean refusal. */
function decode(bytes: Buffer, random: (below: number) => number): boolean {
  let dataBytes = 0;
  const decoder = new FrameDecoder({
    control: (frame) => {
      if (!("headers" in frame)) return;
      const texts = [...frame.headers].flat().join("");
      assert.ok(texts.length <= 16 * 1024 && frame.headers.size <= 64);
    },
    data: (_streamId, part) => {
      dataBytes += part.length;
    },
    dataEnd: () => undefined,
  });
  try {
    for (const piece of pieces(bytes, random)) decoder.push(piece);
    return true;
  } catch (thrown) {
    assert.ok(thrown instanceof CriError && thrown.kind === "InvalidArgument", String(thrown));
    assert.match(thrown.message, /^SPDY: /);
    return false;
  } finally {
    assert.ok(dataBytes <= bytes.length);
  }
}

test("a million mutated frames are taken or refused, and nothing else", async () => {
  const seeds = [ownConversation(), await compressedConversation()];
  const random = randomNumbers(31);
  let taken = 0;
  for (let count = 0; count < conversations; count += 1) {
    const seed = seeds[count % seeds.length] ?? Buffer.alloc(0);
    const bytes = mutated(seed, random);
    try {
      if (decode(bytes, random)) taken += 1;
    } catch (thrown) {
      throw new Error(`conversation ${count}: ${bytes.toString("hex")}`, { cause: thrown });
    }
  }
  // Both must happen often, or this test tests nothing.
  assert.ok(taken > conversations / 10 && taken < conversations * 0.9, `${taken} were taken`);
});

test("whatever a peer sends, its connection ends at most, and every stream of it", async () => {
  const seeds = [ownConversation(), await compressedConversation()];
  const random = randomNumbers(32);
  for (let count = 0; count < 2_000; count += 1) {
    const [near, far] = duplexPair();
    const open = new Set<unknown>();
    const connection = new SpdyConnection({
      socket: far,
      role: "server",
      accepts: (named) => named.has("streamtype"),
      onStream: (stream) => {
        open.add(stream);
        stream.once("close", () => open.delete(stream));
        stream.pipe(stream);
      },
      onClose: () => undefined,
    });
    near.on("error", () => undefined).resume();
    near.write(mutated(seeds[count % seeds.length] ?? Buffer.alloc(0), random));
    await setImmediate();
    const closed = far.closed ? undefined : once(far, "close");
    connection.destroy(new CriError("Cancelled", "enough"));
    await closed;
    await setImmediate();
    assert.equal(open.size, 0, `conversation ${count}`);
  }
});
