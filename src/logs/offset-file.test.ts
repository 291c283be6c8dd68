import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { decodeSlot, encodeSlot, OffsetFile, type Offsets } from "./offset-file.ts";

function pathIn(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "cri-ferry-offsets-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, "c.offsets");
}

function offsets(offset: number): Offsets {
  return {
    json: { identity: "12:34", offset, anchor: 0xffff_ffff },
    cri: { identity: "56:78", size: offset },
    open: 1,
    finished: false,
  };
}

test("what was saved last is loaded, by this process and the next", (t) => {
  const path = pathIn(t);
  const file = new OffsetFile(path);
  assert.equal(file.load(), undefined);
  for (const offset of [1, 2, 3]) {
    file.save(offsets(offset));
    assert.deepEqual(file.load(), offsets(offset));
    assert.deepEqual(new OffsetFile(path).load(), offsets(offset));
  }
  assert.equal(statSync(path).size, 1024);
  file.remove();
  assert.equal(new OffsetFile(path).load(), undefined);
  file.remove();
});

test("a save that was cut short leaves the offsets before it", (t) => {
  const path = pathIn(t);
  const file = new OffsetFile(path);
  file.save(offsets(1));
  const before = readFileSync(path);
  file.save(offsets(2));
  const after = readFileSync(path);
  for (let cut = 0; cut < 200; cut += 7) {
    const torn = Buffer.concat([after.subarray(0, cut), Buffer.from(before.subarray(cut))]);
    writeFileSync(path, torn);
    const loaded = new OffsetFile(path).load();
    assert.ok([1, 2].includes(loaded?.cri.size ?? 0), `cut at ${cut}`);
  }
});

test("garbage is no offsets, and is written over", (t) => {
  const path = pathIn(t);
  for (const garbage of ["", "garbage", "\0".repeat(1024), "{}".padEnd(1023) + "\n"]) {
    writeFileSync(path, garbage);
    const file = new OffsetFile(path);
    assert.equal(file.load(), undefined);
    file.save(offsets(7));
    assert.deepEqual(new OffsetFile(path).load(), offsets(7));
  }
});

test("any offsets fit into a slot and come back, and no changed bit does", () => {
  const big = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  const identity = fc.tuple(big, big).map(([ino, birth]) => `${ino}:${birth}`);
  const size = fc.nat(Number.MAX_SAFE_INTEGER);
  const all = fc.record({
    json: fc.option(fc.record({ identity, offset: size, anchor: fc.nat(2 ** 32 - 1) }), {
      nil: undefined,
    }),
    cri: fc.record({ identity, size }),
    open: fc.nat(3),
    finished: fc.boolean(),
  });
  fc.assert(
    fc.property(all, size, fc.tuple(fc.nat(511), fc.nat(7)), (value, sequence, [at, bit]) => {
      const bytes = encodeSlot({ sequence, offsets: value });
      assert.equal(bytes.length, 512);
      assert.equal(JSON.stringify(decodeSlot(bytes)), JSON.stringify({ sequence, offsets: value }));
      bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
      assert.equal(decodeSlot(bytes), undefined);
    }),
  );
});
