import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeMessage, throughTheWire } from "../../../test/wire.ts";
import { ProtoWriter } from "./proto-writer.ts";

const most = 2n ** 64n - 1n;

test("integers, doubles, texts and messages within are read as what the generic encoder writes", () => {
  const writer = new ProtoWriter();
  const amount = fc.oneof(fc.bigInt({ min: 0n, max: most }), fc.bigInt({ min: 0n, max: 300n }));
  fc.assert(
    fc.property(
      amount,
      fc.double({ noNaN: true }).map((value) => value + 0),
      (total, average) => {
        const bytes = writer.bytesOf(() => {
          writer.message(1, () => {
            writer.integer(1, total);
            writer.double(2, average);
          });
        });
        const data = { Total: String(total), Avg10: average };
        assert.deepEqual(
          decodeMessage("PsiStats", bytes),
          throughTheWire("PsiStats", { Full: data }),
        );
      },
    ),
  );
  fc.assert(
    fc.property(fc.string({ maxLength: 300, unit: "binary" }), (mountpoint) => {
      const bytes = writer.bytesOf(() => writer.message(2, () => writer.text(1, mountpoint)));
      const read = decodeMessage("FilesystemUsage", bytes);
      assert.deepEqual(read, throughTheWire("FilesystemUsage", { fsId: { mountpoint } }));
    }),
  );
});

test("a message may be larger than the room that there was, at any depth", () => {
  const writer = new ProtoWriter();
  for (const length of [126, 127, 128, 16_383, 16_384, 100_000, 3_000_000]) {
    const mountpoint = "x".repeat(length);
    const bytes = writer.bytesOf(() => {
      writer.message(1, () =>
        writer.message(4, () => writer.message(2, () => writer.text(1, mountpoint))),
      );
    });
    const { stats } = decodeMessage("ContainerStatsResponse", bytes);
    assert.equal(stats?.writableLayer?.fsId?.mountpoint, mountpoint);
  }
});

test("what was written before an error is not in the next message", () => {
  const writer = new ProtoWriter();
  assert.throws(() =>
    writer.bytesOf(() => {
      writer.integer(1, 5n);
      throw new Error("midway");
    }),
  );
  assert.deepEqual(
    writer.bytesOf(() => writer.raw(Buffer.from([8, 7]))),
    Buffer.from([8, 7]),
  );
});
