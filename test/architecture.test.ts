import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";
import { fences, pureNodeModules, pureRooms, type RoomTable, rooms } from "./architecture/rooms.ts";
import { type Import, parseSource, readSources } from "./architecture/source-file.ts";

const root = join(import.meta.dirname, "..");
const sources = readSources(join(root, "src"));
const written = sources.filter(({ path }) => !path.startsWith("gen/"));

/** The room of a path relative to src/; undefined when no row of the table covers it. */
function roomOf(path: string): string | undefined {
  const covers = (room: string) => path === room || path.startsWith(`${room}/`);
  return Object.keys(rooms)
    .filter(covers)
    .sort((a, b) => b.length - a.length)[0];
}

function allows(list: readonly string[] | undefined, name: string, typeOnly: boolean): boolean {
  return list?.includes(name) === true || (typeOnly && list?.includes(`${name} (types)`) === true);
}

/** Says what is wrong with an import of a file in `room`; undefined when it is allowed. */
function complaint(path: string, room: string, imported: Import): string | undefined {
  const { specifier, typeOnly } = imported;
  if (specifier.startsWith(".")) {
    const target = normalize(join(dirname(path), specifier));
    const to = roomOf(target);
    if (to === undefined) return `${specifier} leads to no listed room`;
    // One file of a room may be let out alone.
    const names = [to, target];
    return to === room || names.some((name) => allows(rooms[room], name, typeOnly))
      ? undefined
      : `${room} may not import ${to}`;
  }
  if (pureRooms.includes(room) && specifier.startsWith("node:")) {
    // A stream's type is a word of the vocabulary: the file itself does nothing with one.
    return typeOnly || pureNodeModules.includes(specifier)
      ? undefined
      : `${room} is pure: ${specifier} does I/O`;
  }
  const fence = Object.keys(fences).find(
    (name) => specifier === name || specifier.startsWith(`${name}/`),
  );
  if (fence === undefined) {
    return specifier.startsWith("node:") ? undefined : `${specifier} is in no fence`;
  }
  return allows(fences[fence], room, typeOnly) ? undefined : `${room} may not import ${specifier}`;
}

function complaintsOf(path: string, imports: readonly Import[]): readonly string[] {
  const room = roomOf(path);
  if (room === undefined) return [`${path}: is in no listed room`];
  return imports.flatMap((imported) => {
    const words = complaint(path, room, imported);
    return words === undefined ? [] : [`${path}: ${words}`];
  });
}

test("every file parses", () => {
  const found = sources.flatMap(({ path, syntaxErrors }) =>
    syntaxErrors.map((e) => `${path}: ${e}`),
  );
  assert.deepEqual(found, []);
});

test("every file is in a listed room and imports only what its room may", () => {
  assert.deepEqual(
    sources.flatMap(({ path, imports }) => complaintsOf(path, imports)),
    [],
  );
});

test("the check sees every form of import", () => {
  const text = [
    'import "dockerode";',
    'import { x } from "../cri/server.ts";',
    'export { y } from "../backends/docker/client.ts";',
    'export * from "../host/exec.ts";',
    'const z = await import("node:child_process");',
    'export type T = import("@grpc/grpc-js").Client;',
    'import type { Fine } from "../model/ids.ts";',
  ].join("\n");
  const found = complaintsOf("runtime/x.ts", parseSource("runtime/x.ts", text).imports);
  assert.deepEqual(found.toSorted(), [
    "runtime/x.ts: runtime may not import @grpc/grpc-js",
    "runtime/x.ts: runtime may not import backends/docker",
    "runtime/x.ts: runtime may not import cri",
    "runtime/x.ts: runtime may not import dockerode",
    "runtime/x.ts: runtime may not import host",
    "runtime/x.ts: runtime may not import node:child_process",
  ]);
  assert.deepEqual(complaintsOf("utils/x.ts", []), ["utils/x.ts: is in no listed room"]);
});

test("a room with types only of another may not import its values", () => {
  const typed = parseSource("a.ts", 'import type { A } from "../../gen/a.ts";').imports;
  const valued = parseSource("a.ts", 'import { A } from "../../gen/a.ts";').imports;
  assert.deepEqual(complaintsOf("translate/cri/a.ts", typed), []);
  assert.deepEqual(complaintsOf("translate/cri/a.ts", valued), [
    "translate/cri/a.ts: translate/cri may not import gen",
  ]);
});

test("pure rooms wait for nothing and read no clock and no process", () => {
  const found = sources.flatMap(({ path, impurities }) =>
    pureRooms.includes(roomOf(path) ?? "") ? impurities.map((what) => `${path}: ${what}`) : [],
  );
  assert.deepEqual(found, []);
  const sample = parseSource(
    "s.ts",
    "export const f = async () => { await g(Date.now(), process.pid); };",
  );
  assert.equal(sample.impurities.length, 4);
});

test("the tables in docs/architecture.md are the tables that are checked", () => {
  const page = readFileSync(join(root, "docs/architecture.md"), "utf8");
  assert.deepEqual(tableAfter(page, "## Rooms"), rooms);
  assert.deepEqual(tableAfter(page, "## Fences"), fences);
});

/** Reads the first and the last cell of each row of the first table under a heading. */
function tableAfter(page: string, heading: string): RoomTable {
  const section = page.split(`${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  return Object.fromEntries(
    rows.map((row) => {
      const cells = row.split("|").map((cell) => cell.trim());
      const names = (cells.at(-2) ?? "").replaceAll("`", "");
      const key = (cells[1] ?? "")
        .replaceAll("`", "")
        .replace(/^src\//, "")
        .replace(/\/$/, "");
      return [key, names === "–" ? [] : names.split(", ")];
    }),
  );
}

test("files are short: half under 90 lines, none over 400", () => {
  const tooLong = written
    .filter(({ lines }) => lines > 400)
    .map(({ path, lines }) => `${path}: ${lines}`);
  assert.deepEqual(tooLong, []);
  assert.ok(median(written.map(({ lines }) => lines)) < 90, "half of the files under 90 lines");
});

test("functions are short: half under 10 lines, none over 60", () => {
  const sizes = written.flatMap(({ path, functions }) =>
    functions.map((size) => ({ path, ...size })),
  );
  const tooLong = sizes.filter(({ lines }) => lines > 60);
  assert.deepEqual(tooLong, []);
  assert.ok(median(sizes.map(({ lines }) => lines)) < 10, "half of the functions under 10 lines");
});

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

test("every exported function and class says what it does", () => {
  assert.deepEqual(
    written.flatMap(({ path, undocumented }) => undocumented.map((name) => `${path}: ${name}`)),
    [],
  );
});

test("no mark is left behind and no check is switched off", () => {
  const marks =
    /\b(TODO|FIXME|XXX)\b|@ts-(ignore|expect-error|nocheck)|(oxlint|eslint)-disable|biome-ignore/;
  const found = written.filter(({ text }) => marks.test(text)).map(({ path }) => path);
  assert.deepEqual(found, []);
});
