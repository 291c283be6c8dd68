import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { maxLineBytes, RawTranslator } from "./raw.ts";

const time = "2016-10-06T00:17:09.669794202Z";
const header = `${time} stdout `;

function translate(contents: readonly (string | Uint8Array)[]): Buffer {
  const translator = new RawTranslator();
  return Buffer.concat(
    contents.map((content) =>
      Buffer.from(translator.translate({ time, stream: "stdout", content: Buffer.from(content) })),
    ),
  );
}

/** The kubelet's reading: the newline of a P line is dropped. */
function join(cri: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < cri.length; ) {
    const end = cri.indexOf(10, at);
    const full = cri[at + header.length] === 0x46;
    assert.ok(end - at - header.length - 2 <= maxLineBytes);
    parts.push(cri.subarray(at + header.length + 2, full ? end + 1 : end));
    at = end + 1;
  }
  return Buffer.concat(parts);
}

test("newlines end lines and what is left is partial", () => {
  assert.equal(
    translate(["a\nb", "c\n", "\n"]).toString(),
    `${header}F a\n${header}P b\n${header}F c\n${header}F \n`,
  );
});

test("a stream is open after a partial record and closed by a full one", () => {
  const translator = new RawTranslator();
  const content = Buffer.from("x");
  translator.translate({ time, stream: "stderr", content });
  assert.equal(translator.open, 2);
  translator.translate({ time, stream: "stdout", content });
  assert.equal(translator.open, 3);
  translator.translate({ time, stream: "stderr", content: Buffer.from("\n") });
  assert.equal(translator.open, 1);
});

test("lines of the bound, of one byte more and of many times the bound come back byte for byte", () => {
  for (const size of [0, 1, maxLineBytes - 1, maxLineBytes, maxLineBytes + 1, 10_000_000]) {
    const content = Buffer.alloc(size + 1, "x");
    content[size] = 10;
    assert.ok(join(translate([content])).equals(content), String(size));
  }
});

test("any bytes in any pieces come back byte for byte", () => {
  const piece = fc.uint8Array({ maxLength: 50 });
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      assert.deepEqual(join(translate(pieces)), Buffer.concat(pieces));
    }),
  );
});
