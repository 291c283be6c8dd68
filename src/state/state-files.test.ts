import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Log, Meter } from "../model/ports.ts";
import { seal } from "./envelope.ts";
import { StateFiles } from "./state-files.ts";

interface Thing {
  readonly id: string;
  readonly nanos: bigint;
}

interface Place extends AsyncDisposable {
  readonly files: StateFiles<Thing>;
  readonly folder: string;
  readonly quarantine: string;
  readonly lines: string[];
  readonly counted: string[];
}

async function place(): Promise<Place> {
  const base = await mkdtemp(join(tmpdir(), "state-files-"));
  const lines: string[] = [];
  const counted: string[] = [];
  const note = (message: string): void => void lines.push(message);
  const log: Log = { debug: note, info: note, warn: note, error: note, child: () => log };
  const meter: Meter = {
    count: (name, labels) => void counted.push([name, ...Object.values(labels ?? {})].join(" ")),
    observe: () => undefined,
    gauge: () => undefined,
  };
  const folder = join(base, "things");
  const quarantine = join(base, "quarantine");
  return {
    files: new StateFiles<Thing>({ folder, quarantine, kind: "thing", log, meter }),
    folder,
    quarantine,
    lines,
    counted,
    [Symbol.asyncDispose]: () => rm(base, { recursive: true }),
  };
}

void test("what was put is loaded again, big numbers too, and is for root alone", async () => {
  await using at = await place();
  await at.files.load();
  const thing = { id: "a", nanos: 1_700_000_000_123_456_789n };
  await at.files.put(thing, true);
  assert.deepEqual(await at.files.load(), [thing]);
});

const damages: Readonly<Record<string, (whole: string) => string>> = {
  "an empty file": () => "",
  "a torn file": (whole) => whole.slice(0, whole.length / 2),
  garbage: () => "\u0000\u0001not json",
  "a flipped digit": (whole) => whole.replace('"12"', '"13"'),
  "a file under another name": (whole) => whole.replaceAll('"b"', '"c"'),
  "a file of another kind": () => seal("other", { id: "b", nanos: 12n }),
};

for (const [what, damage] of Object.entries(damages)) {
  void test(`${what} is put aside, the others are loaded`, async () => {
    await using at = await place();
    await at.files.load();
    await at.files.put({ id: "a", nanos: 1n }, true);
    await at.files.put({ id: "b", nanos: 12n }, true);
    const file = join(at.folder, "b.json");
    await writeFile(file, damage(await readFile(file, "utf8")));
    assert.deepEqual(await at.files.load(), [{ id: "a", nanos: 1n }]);
    assert.deepEqual(await readdir(at.quarantine), ["thing-b.json"]);
    assert.deepEqual(at.lines, ["damaged state file is put aside"]);
    assert.deepEqual(at.counted, ["cri_ferry_state_rejected_files_total thing damaged"]);
  });
}

void test("a file of another version is neither read nor touched", async () => {
  await using at = await place();
  await at.files.load();
  const file = join(at.folder, "b.json");
  await writeFile(
    file,
    seal("thing", { id: "b", nanos: 12n }).replace('"version":1', '"version":2'),
  );
  assert.deepEqual(await at.files.load(), []);
  assert.deepEqual(await readdir(at.folder), ["b.json"]);
  assert.deepEqual(at.lines, ["state file of another version is not read"]);
  assert.deepEqual(at.counted, ["cri_ferry_state_rejected_files_total thing version"]);
});

void test("a file that cannot be written or removed is counted", async () => {
  await using at = await place();
  await writeFile(at.folder, "in the way");
  await assert.rejects(at.files.put({ id: "a", nanos: 1n }, false));
  await assert.rejects(at.files.remove("a"));
  const counted = "cri_ferry_state_write_errors_total thing";
  assert.deepEqual(at.counted, [counted, counted]);
});

void test("many puts at once end with the last value", async () => {
  await using at = await place();
  await at.files.load();
  await Promise.all([1n, 2n, 3n, 4n].map((nanos) => at.files.put({ id: "a", nanos }, false)));
  assert.deepEqual(await at.files.load(), [{ id: "a", nanos: 4n }]);
});

void test("a put that is still waiting does not bring a removed value back", async () => {
  await using at = await place();
  await at.files.load();
  await Promise.all([
    at.files.put({ id: "a", nanos: 1n }, false),
    at.files.put({ id: "a", nanos: 2n }, false),
    at.files.remove("a"),
  ]);
  assert.deepEqual(await readdir(at.folder), []);
});
