import assert from "node:assert/strict";
import { test } from "node:test";
import { readTraceParent } from "./trace-parent.ts";

const traceId = "0af7651916cd43dd8448eb211c80319c";
const spanId = "b7ad6b7169203331";

test("a header is read as the recommendation writes it", () => {
  const read = readTraceParent(`00-${traceId}-${spanId}-01`);
  assert.deepEqual(read, { traceId, spanId, isSampled: true });
  assert.equal(readTraceParent(`00-${traceId}-${spanId}-00`)?.isSampled, false);
  assert.equal(readTraceParent(`00-${traceId}-${spanId}-03`)?.isSampled, true);
  assert.equal(readTraceParent(`cc-${traceId}-${spanId}-01-more`)?.isSampled, true);
});

for (const text of [
  "",
  "00",
  `00-${traceId}-${spanId}`,
  `00-${traceId}-${spanId}-01-more`,
  `ff-${traceId}-${spanId}-01`,
  `00-${"0".repeat(32)}-${spanId}-01`,
  `00-${traceId}-${"0".repeat(16)}-01`,
  `00-${traceId.toUpperCase()}-${spanId}-01`,
  `00-${traceId}-${spanId}-zz`,
]) {
  test(`${JSON.stringify(text)} is none`, () => {
    assert.equal(readTraceParent(text), undefined);
  });
}
