import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { engineTimeNanos } from "./engine-time.ts";

test("times keep their nanoseconds, trimmed zeros and zones included", () => {
  const table = [
    ["1970-01-01T00:00:01Z", 1_000_000_000n],
    ["2026-11-23T11:52:14.184099033Z", 1_795_434_734_184_099_033n],
    ["2026-11-23T11:52:14.44307251Z", 1_795_434_734_443_072_510n],
    ["2026-11-23T12:52:14.5+01:00", 1_795_434_734_500_000_000n],
    ["2026-11-23T07:22:14-04:30", 1_795_434_734_000_000_000n],
  ] as const;
  for (const [text, expected] of table) assert.equal(engineTimeNanos(text), expected);
});

test("never is 0", () => {
  for (const text of ["0001-01-01T00:00:00Z", "", undefined, "yesterday", "2026-13-40T00:00:00Z"])
    assert.equal(engineTimeNanos(text), 0n);
});

test("any time of this era is read to the nanosecond", () => {
  const seconds = fc.integer({ min: 0, max: 4_000_000_000 });
  const nanos = fc.integer({ min: 0, max: 999_999_999 });
  fc.assert(
    fc.property(seconds, nanos, (second, nano) => {
      const whole = new Date(second * 1000).toISOString().slice(0, 19);
      const text = `${whole}.${String(nano).padStart(9, "0")}Z`;
      assert.equal(engineTimeNanos(text), BigInt(second) * 1_000_000_000n + BigInt(nano));
    }),
  );
});
