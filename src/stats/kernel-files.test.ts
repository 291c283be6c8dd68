import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { exec } from "../host/exec.ts";
import { flatValue, KernelFiles } from "./kernel-files.ts";
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

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "kernel-files-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** How many files below a folder this process has open. */
function openIn(folder: string): number {
  const targets = readdirSync("/proc/self/fd").map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return "";
    }
  });
  return targets.filter((target) => target.startsWith(folder)).length;
}

test("a file is read whole, be it longer than any of the kernel's; a missing one is undefined", (t) => {
  const folder = folderOf(t);
  for (const maxOpen of [0, 10]) {
    using files = new KernelFiles(maxOpen);
    for (const length of [0, 1, (16 << 10) - 1, 16 << 10, 100_000]) {
      const text = "0123456789".repeat(10_001).slice(0, length);
      writeFileSync(join(folder, "memory.stat"), text);
      assert.equal(files.text(folder, "memory.stat"), text);
    }
    assert.equal(files.text(folder, "memory.none"), undefined);
  }
});

test("a file is read anew each time from its beginning, and is opened once", (t) => {
  const folder = folderOf(t);
  using files = new KernelFiles(10);
  for (const value of [1n, 22n, 3n]) {
    writeFileSync(join(folder, "pids.current"), `${value}\n`);
    assert.equal(files.number(folder, "pids.current"), value);
    assert.equal(openIn(folder), 1);
  }
});

test("no more files stay open than were allowed; forgetting a folder and the end close them", (t) => {
  const [one, two] = [folderOf(t), folderOf(t)];
  using files = new KernelFiles(3);
  for (const folder of [one, two]) {
    for (const name of ["a", "b"]) {
      writeFileSync(join(folder, name), name);
      assert.equal(files.text(folder, name), name);
    }
  }
  assert.deepEqual([openIn(one), openIn(two)], [2, 1]);
  files.forget(one);
  assert.deepEqual([openIn(one), openIn(two)], [0, 1]);
  assert.equal(files.text(two, "b"), "b");
  assert.equal(openIn(two), 2);
  files[Symbol.dispose]();
  assert.equal(openIn(two), 0);
});

test("when all is full, folders that nobody has read for a minute make room", (t) => {
  const [ended, running, started] = [folderOf(t), folderOf(t), folderOf(t)];
  for (const folder of [ended, running, started]) writeFileSync(join(folder, "a"), "a");
  let millis = 0;
  using files = new KernelFiles(2, () => millis);
  const open = () => [ended, running, started].map(openIn);
  for (const folder of [ended, running, started]) assert.equal(files.text(folder, "a"), "a");
  assert.deepEqual(open(), [1, 1, 0]);
  millis = 59_000;
  for (const folder of [running, started]) assert.equal(files.text(folder, "a"), "a");
  assert.deepEqual(open(), [1, 1, 0]);
  millis = 60_000;
  assert.equal(files.text(started, "a"), "a");
  assert.deepEqual(open(), [0, 1, 1]);
});

test("that a file is missing is remembered until its folder is forgotten", (t) => {
  const folder = folderOf(t);
  using files = new KernelFiles(10);
  assert.equal(files.number(folder, "memory.max"), undefined);
  writeFileSync(join(folder, "memory.max"), "max\n");
  assert.equal(files.text(folder, "memory.max"), undefined);
  files.forget(folder);
  assert.equal(files.text(folder, "memory.max"), "max\n");
  assert.equal(files.number(folder, "memory.max"), undefined);
});

test("when descriptors have run out, those that are kept go first", async (t) => {
  const folder = folderOf(t);
  for (const name of ["a", "b"]) writeFileSync(join(folder, name), name);
  const script = `
    import { openSync } from "node:fs";
    import { KernelFiles } from ${JSON.stringify(new URL("./kernel-files.ts", import.meta.url).href)};
    const files = new KernelFiles(1_000);
    const folder = ${JSON.stringify(folder)};
    files.text(folder, "a");
    let why = "";
    while (why === "") try { openSync("/dev/null") } catch (thrown) { why = thrown.code }
    console.log(why, files.text(folder, "b"), files.text(folder, "a"));`;
  const limited = ["-c", 'ulimit -n 64 && exec "$0" --input-type=module -e "$1"'];
  const { stdout } = await exec("sh", [...limited, process.execPath, script], {
    signal: AbortSignal.timeout(60_000),
    timeoutMillis: 60_000,
  });
  assert.equal(stdout.toString(), "EMFILE b a\n");
});
