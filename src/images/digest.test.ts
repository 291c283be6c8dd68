import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { DigestCheck, digestOf, parseDigest, partsOf } from "./digest.ts";

test("a digest is an algorithm that is known and its hash in full, in lower case", () => {
  const hex = "ab".repeat(32);
  assert.equal(parseDigest(`sha256:${hex}`, "x"), `sha256:${hex}`);
  assert.equal(parseDigest(`sha512:${hex}${hex}`, "x"), `sha512:${hex}${hex}`);
  const wrong = [
    `sha256:${hex}0`,
    `sha256:${hex.toUpperCase()}`,
    `sha256:../${hex.slice(3)}`,
    `sha512:${hex}`,
    `md5:${"a".repeat(32)}`,
    hex,
    "",
    7,
    null,
    undefined,
  ];
  for (const value of wrong)
    assert.throws(() => parseDigest(value, "layer"), {
      kind: "InvalidArgument",
      message: /^layer: /,
    });
});

test("bytes in any pieces match the digest of their whole and no other", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 10 }), (pieces) => {
      const digest = digestOf(Buffer.concat(pieces));
      const check = new DigestCheck(digest);
      for (const piece of pieces) check.push(piece);
      assert.equal(
        check.bytes,
        pieces.reduce((sum, { length }) => sum + length, 0),
      );
      assert.equal(check.matches(), true);
      const other = new DigestCheck(digest);
      for (const piece of [...pieces, Buffer.from("x")]) other.push(piece);
      assert.equal(other.matches(), false);
    }),
  );
});

test("sha512 is counted as such", () => {
  const hex = createHash("sha512").update("text").digest("hex");
  const digest = parseDigest(`sha512:${hex}`, "blob");
  const check = new DigestCheck(digest);
  check.push(Buffer.from("text"));
  assert.equal(check.matches(), true);
  assert.deepEqual(partsOf(digest), { algorithm: "sha512", hex });
});
