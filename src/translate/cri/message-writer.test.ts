import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeMessage, throughTheWire } from "../../../test/wire.ts";
import { MessageWriter, sizeOfBytes, sizeOfNumber } from "./message-writer.ts";

test("numbers of 64 bits and any text come out of a decoder as they were", () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
      fc.string({ unit: "binary" }),
      fc.array(fc.string()),
      (value, name, labels) => {
        const amount = new MessageWriter(1).number(1, value).finish();
        const writer = new MessageWriter(1).text(1, name).bytes(5, amount);
        for (const label of labels) writer.text(4, label);
        const metric = decodeMessage("Metric", writer.finish());
        assert.equal(metric.value?.value, String(value));
        assert.equal(metric.name, name);
        assert.deepEqual(metric.labelValues, labels);
      },
    ),
  );
});

test("sizes are those of what is written", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), fc.string(), (value, text) => {
      assert.equal(new MessageWriter().number(1, value).finish().length, sizeOfNumber(value));
      const { length } = new MessageWriter().text(15, text).finish();
      assert.equal(length, sizeOfBytes(Buffer.byteLength(text)));
    }),
  );
});

test("a message within a message is written in pieces", () => {
  const inner = new MessageWriter().text(1, "x".repeat(300)).finish();
  const bytes = new MessageWriter(4).length(1, inner.length).raw(inner).finish();
  const answer = decodeMessage("ListMetricDescriptorsResponse", bytes);
  assert.equal(answer.descriptors[0]?.name.length, 300);
});

test("doubles are read as they were", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), (average) => {
      const bytes = new MessageWriter(1).double(2, average).finish();
      assert.deepEqual(
        decodeMessage("PsiData", bytes),
        throughTheWire("PsiData", { Avg10: average }),
      );
    }),
  );
});

test("a message whose length is known only after it may be of any size, at any depth, in any room", () => {
  for (const room of [1, 12, 130, 10_000]) {
    for (const length of [0, 1, 60, 122, 126, 127, 128, 129, 16_383, 16_384, 100_000, 3_000_000]) {
      const mountpoint = "x".repeat(length);
      const writer = new MessageWriter(room);
      const write = () => writer.message(2, () => writer.text(1, mountpoint)).number(1, 5n);
      const bytes = writer.message(1, () => writer.message(4, write)).finish();
      const { stats } = decodeMessage("ContainerStatsResponse", bytes);
      assert.equal(stats?.writableLayer?.fsId?.mountpoint, mountpoint);
      assert.equal(stats?.writableLayer?.timestamp, "5");
    }
  }
});
