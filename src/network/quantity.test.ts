import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseQuantity } from "./quantity.ts";

const known = [
  ["0", 0],
  ["1k", 1000],
  ["10M", 10_000_000],
  ["1.1M", 1_100_000],
  ["+2G", 2_000_000_000],
  ["1P", 1e15],
  ["1Ki", 1024],
  ["1.5Mi", 1_572_864],
  [".5k", 500],
  ["5.", 5],
  ["1e6", 1_000_000],
  ["1.1E1", 11],
  ["100m", 1],
  ["1500m", 2],
  ["1u", 1],
] as const;
for (const [text, value] of known) {
  test(`${text} is ${value}`, () => {
    assert.equal(parseQuantity(text, "field"), value);
  });
}

for (const text of [
  "",
  " 1",
  "1 ",
  "-1",
  "1K",
  "M",
  "1e",
  "1MiB",
  "1..5",
  "0x1",
  "1e9999",
  "1Mi2",
]) {
  test(`${JSON.stringify(text)} is no quantity`, () => {
    assert.throws(() => parseQuantity(text, "annotations[a]"), {
      kind: "InvalidArgument",
      message: /^annotations\[a\] must be a resource quantity such as 10M/,
    });
  });
}

test("a whole number with a decimal suffix is exact", () => {
  fc.assert(
    fc.property(
      fc.nat(1_000_000),
      fc.constantFrom(["k", 1e3], ["M", 1e6], ["G", 1e9]),
      (n, unit) => {
        assert.equal(parseQuantity(`${n}${unit[0]}`, "f"), n * Number(unit[1]));
        assert.equal(parseQuantity(`${n / 1000}${unit[0]}`, "f"), (n * Number(unit[1])) / 1000);
      },
    ),
  );
});
