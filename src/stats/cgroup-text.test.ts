import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { flatValue, readCgroupText } from "./cgroup-text.ts";
import { parsePressure } from "./pressure.ts";

const key = fc.stringMatching(/^[a-z_]{1,8}$/);

test("a flat file gives back what each key was written with", () => {
  fc.assert(
    fc.property(
      fc.dictionary(key, fc.bigInt({ min: 0n, max: 2n ** 64n })),
      key,
      (values, other) => {
        const text = Object.entries(values)
          .map(([name, value]) => `${name} ${value}\n`)
          .join("");
        for (const [name, value] of Object.entries(values))
          assert.equal(flatValue(text, name), value);
        if (!Object.hasOwn(values, other)) assert.equal(flatValue(text, other), undefined);
      },
    ),
  );
});

test("a value that is no number is no value", () => {
  assert.equal(flatValue("a max\nb 1", "a"), undefined);
  assert.equal(flatValue("a max\nb 1", "b"), 1n);
});

test("a pressure file without a full line has zeros for it", () => {
  const stats = parsePressure(
    "some avg10=0.10 avg60=0.20 avg300=0.30 total=18446744073709551615\n",
  );
  assert.deepEqual(stats, {
    some: { avg10: 0.1, avg60: 0.2, avg300: 0.3, totalMicros: 18446744073709551615n },
    full: { avg10: 0, avg60: 0, avg300: 0, totalMicros: 0n },
  });
});

test("anything else is no pressure", () => {
  for (const text of ["", "some\n", "full avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"]) {
    assert.equal(parsePressure(text), undefined);
  }
});

test("a file is read whole, be it longer than any of the kernel's; a missing one is undefined", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "cgroup-text-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const length of [0, 1, (16 << 10) - 1, 16 << 10, 100_000]) {
    const text = "0123456789".repeat(10_001).slice(0, length);
    writeFileSync(join(folder, "memory.stat"), text);
    assert.equal(readCgroupText(folder, "memory.stat"), text);
  }
  assert.equal(readCgroupText(folder, "memory.none"), undefined);
});
