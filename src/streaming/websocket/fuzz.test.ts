import assert from "node:assert/strict";
import { once } from "node:events";
import { duplexPair } from "node:stream";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { mutated, pieces, randomNumbers } from "../../../test/fakes/mutation.ts";
import { CriError } from "../../model/error.ts";
import { ChannelConnection } from "./channel-connection.ts";
import { FrameDecoder } from "./frame-decoder.ts";

const conversations = 40_000;
const mask = Buffer.from([1, 2, 3, 4]);

function frame(first: number, payload: Buffer): Buffer {
  const masked = payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([Buffer.from([first, 0x80 | payload.length]), mask, masked]);
}

/** Six frames: a message in two parts with a ping between them, an empty one, the end of stdin, a goodbye. */
const conversation = Buffer.concat([
  frame(0x02, Buffer.alloc(60, "\0in")),
  frame(0x89, Buffer.from("ping")),
  frame(0x80, Buffer.alloc(40, "more")),
  frame(0x82, Buffer.alloc(0)),
  frame(0x82, Buffer.from([255, 0])),
  frame(0x88, Buffer.from([3, 232])),
]);

/** Decodes; returns whether the bytes were taken. Throws what is no clean refusal. */
function decode(bytes: Buffer, random: (below: number) => number): boolean {
  let given = 0;
  const decoder = new FrameDecoder({
    data: (part) => {
      given += part.length;
    },
    dataEnd: () => undefined,
    control: (_kind, payload) => {
      given += payload.length;
    },
  });
  try {
    for (const piece of pieces(bytes, random)) decoder.push(Buffer.from(piece));
    return true;
  } catch (thrown) {
    assert.ok(thrown instanceof CriError && thrown.kind === "InvalidArgument", String(thrown));
    assert.match(thrown.message, /^WebSocket: /);
    return false;
  } finally {
    assert.ok(given <= bytes.length);
  }
}

test("mutated frames are taken or refused, and nothing else", () => {
  const random = randomNumbers(34);
  let taken = 0;
  for (let count = 0; count < conversations; count += 1) {
    const bytes = mutated(conversation, random);
    try {
      if (decode(bytes, random)) taken += 1;
    } catch (thrown) {
      throw new Error(`conversation ${count}: ${bytes.toString("hex")}`, { cause: thrown });
    }
  }
  // Both must happen often, or this test tests nothing.
  assert.ok(taken > conversations / 10 && taken < conversations * 0.9, `${taken} were taken`);
});

test("whatever a client sends, its connection ends at most, and every channel of it", async () => {
  const random = randomNumbers(35);
  for (let count = 0; count < 2_000; count += 1) {
    const [near, far] = duplexPair();
    const ended: unknown[] = [];
    const connection = new ChannelConnection({
      socket: far,
      channelCount: 5,
      isBase64: count % 2 === 1,
      hasCloseSignal: count % 3 !== 0,
      onTraffic: () => undefined,
      onClose: (reason) => ended.push(reason),
    });
    connection.channels[0]?.pipe(connection.channels[1] ?? near);
    near.on("error", () => undefined).resume();
    near.write(mutated(conversation, random));
    await setImmediate();
    const closed = far.closed ? undefined : once(far, "close");
    connection.destroy(new CriError("Cancelled", "enough"));
    await closed;
    await setImmediate();
    assert.equal(ended.length, 1, `conversation ${count}`);
    assert.ok(connection.channels.every(({ destroyed }) => destroyed));
  }
});
