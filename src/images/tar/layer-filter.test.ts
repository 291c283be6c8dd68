import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { test } from "node:test";
import fc from "fast-check";
import { type TarEntry, tar } from "../../../test/harness/tar.ts";
import { CriError } from "../../model/error.ts";
import { LayerFilter } from "./layer-filter.ts";
import { blockBytes } from "./tar-header.ts";
import { TarParser } from "./tar-parser.ts";
import { whiteoutArchive } from "./whiteout-archive.ts";

/** Runs an archive through the filter in pieces of that size. */
async function filtered(archive: Buffer, pieceBytes = archive.length) {
  const filter = new LayerFilter();
  const pieces = Array.from({ length: Math.ceil(archive.length / pieceBytes) }, (_, at) =>
    archive.subarray(at * pieceBytes, (at + 1) * pieceBytes),
  );
  const [bytes] = await Promise.all([buffer(filter), pipeline(Readable.from(pieces), filter)]);
  return { bytes, whiteouts: filter.whiteouts };
}

function membersOf(archive: Buffer) {
  const pieces = new TarParser().push(archive);
  return pieces.flatMap((piece) => (piece.kind === "member" ? [piece.member] : []));
}

const file = (path: string, content = "x"): TarEntry => ({
  path,
  type: "file",
  content: Buffer.from(content),
});

test("a layer without whiteouts passes byte for byte, whatever the pieces", async () => {
  const entries: readonly TarEntry[] = [
    { path: "a", type: "folder" },
    file("a/b", "y".repeat(1_000)),
    file("empty", ""),
    { path: "c", type: "symlink", target: "/etc/passwd" },
    { path: "d", type: "hardlink", target: "a/b" },
  ];
  const archive = tar(entries);
  for (const pieceBytes of [1, 7, 511, 512, 513, archive.length]) {
    const { bytes, whiteouts } = await filtered(archive, pieceBytes);
    assert.deepEqual(bytes, archive);
    assert.deepEqual(whiteouts, { hidden: [], opaque: [] });
  }
});

test("whiteouts are taken out and told, with their data", async () => {
  const archive = tar([
    file("a/.wh.gone"),
    file("a/.wh..wh..opq"),
    file(".wh..wh..opq"),
    file(".wh..wh.plnk/5.7", "book-keeping"),
    file(".wh..wh.aufs", "data ".repeat(300)),
    file("kept"),
  ]);
  const { bytes, whiteouts } = await filtered(archive, 100);
  assert.deepEqual(whiteouts, { hidden: ["a/gone"], opaque: ["a", ""] });
  const paths = membersOf(bytes).map(({ path }) => path);
  assert.deepEqual(paths, ["kept"]);
});

test("an archive without its end gets one", async () => {
  const archive = tar([file("a")]);
  const { bytes } = await filtered(archive.subarray(0, -2 * blockBytes));
  assert.deepEqual(bytes, archive);
});

test("what leads out of the layer, or is damaged, is refused", async () => {
  const long = tar([file("a")]);
  long.write("9", 0);
  const table: readonly (readonly [Buffer, RegExp])[] = [
    [tar([file("../a")]), /leads out/],
    [tar([file("a/../../b")]), /leads out/],
    [tar([{ path: "h", type: "hardlink", target: "../x" }]), /leads out/],
    [tar([file(".wh...")]), /hides nothing/],
    [tar([file("a/.wh.")]), /hides nothing/],
    [long, /checksum/],
    [tar([file("a")]).subarray(0, 700), /mid-member/],
    [Buffer.from("text ".repeat(200)), /checksum|octal/],
  ];
  for (const [archive, message] of table)
    await assert.rejects(filtered(archive), { kind: "InvalidArgument", message });
});

test("long names and attributes in pax headers count, and stay with their member", async () => {
  const path = `deep/${"folder/".repeat(40)}.wh.${"n".repeat(100)}`;
  const archive = whiteoutArchive([path, "plain"], []);
  const { bytes, whiteouts } = await filtered(archive, 300);
  assert.deepEqual(whiteouts.hidden, [path.replace(".wh.", "")]);
  assert.deepEqual(
    membersOf(bytes).map((member) => [member.path, member.type, member.blocks.length]),
    [["plain", "3", 3]],
  );
});

test("overlay's marks are written so that tar reads them", () => {
  const folder = { path: "o", mode: 0o1750, uid: 3_000_000, gid: 7, modifiedAtSeconds: 12 };
  const members = membersOf(whiteoutArchive(["a/b"], [folder]));
  assert.deepEqual(
    members.map(({ path, type }) => [path, type]),
    [
      ["a/b", "3"],
      ["o", "5"],
    ],
  );
  assert.match(String(members[1]?.blocks[1]), /SCHILY\.xattr\.trusted\.overlay\.opaque=y\n/);
});

test("no bytes make the filter fail with anything but an error of ours", async () => {
  const archive = tar([{ path: "a", type: "folder" }, file("a/b", "y".repeat(600)), file(".wh.c")]);
  const change = fc.record({ at: fc.nat(archive.length - 1), byte: fc.nat(255) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { maxLength: 8 }),
      fc.integer({ min: 1, max: 2_000 }),
      async (changes, piece) => {
        const damaged = Buffer.from(archive);
        for (const { at, byte } of changes) damaged[at] = byte;
        try {
          await filtered(damaged, piece);
        } catch (thrown) {
          assert.ok(thrown instanceof CriError, String(thrown));
        }
      },
    ),
    { numRuns: 300 },
  );
});
