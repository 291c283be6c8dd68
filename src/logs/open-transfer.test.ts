import assert from "node:assert/strict";
import { appendFileSync, lstatSync, symlinkSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { LogScene } from "../../test/fixtures/log-scene.ts";

const keepsAll = { maxBytes: 1_500, maxFiles: 1_000 };

async function linkedScene(lines: number): Promise<LogScene> {
  const scene = new LogScene(keepsAll);
  for (let index = 0; index < lines; index += 1) scene.docker.write(`line ${index}\n`);
  symlinkSync(scene.docker.path, scene.logFile);
  return scene;
}

test("another runtime's link stays until all of the history is in the file that replaces it", async () => {
  await using scene = await linkedScene(100);
  const transfer = await scene.begin();
  await scene.step();
  assert.ok(lstatSync(scene.logFile).isSymbolicLink());
  await scene.kill(300);
  const again = await scene.begin();
  assert.notEqual(again, transfer);
  await scene.drain();
  await again.settle();
  assert.ok(lstatSync(scene.logFile).isFile());
  assert.equal(scene.lines().length, 100);
  scene.docker.write("later\n");
  await scene.drain();
  assert.equal(scene.lines()[100], "stdout F later");
  assert.equal(scene.criFiles().length, 1);
});

test("an adopted log can begin with what comes next", async () => {
  await using scene = await linkedScene(100);
  scene.docker.writeRaw('{"log":"torn');
  const transfer = await scene.begin("tail");
  await scene.drain();
  await transfer.settle();
  scene.docker.writeRaw("\n");
  scene.docker.write("next\n");
  await scene.drain();
  assert.deepEqual(scene.lines(), ["stdout F next"]);
});

test("with the offsets lost, the log file's own end tells where to go on", async () => {
  const record = fc.tuple(fc.nat(120), fc.boolean());
  await fc.assert(
    fc.asyncProperty(fc.array(record), fc.array(record), async (before, after) => {
      await using scene = new LogScene(keepsAll);
      const expected: string[] = [];
      for (const records of [before, after]) {
        for (const [size, whole] of records) {
          const text = `${expected.length} ${"x".repeat(size)}`;
          scene.docker.write(whole ? `${text}\n` : text);
          expected.push(`stdout ${whole ? "F" : "P"} ${text}`);
        }
        await scene.drain();
        await scene.forget();
        appendFileSync(scene.logFile, "torn".slice(0, records.length % 5));
      }
      await scene.drain();
      assert.deepEqual(scene.lines(), expected);
    }),
    { numRuns: 30 },
  );
});

test("with the offsets lost and the log rotated by both sides, nothing comes twice", async () => {
  await using scene = new LogScene({ maxBytes: 1_000, maxFiles: 3 });
  for (let index = 0; index < 60; index += 1) {
    scene.docker.write(`line ${index}\n`);
    await scene.drain();
    if (index % 20 !== 19) continue;
    scene.rename();
    await scene.reopen();
  }
  await scene.forget();
  for (const index of [60, 61]) {
    scene.docker.write(`line ${index}\n`);
    await scene.drain();
    await scene.forget();
  }
  assert.deepEqual(
    scene.lines(),
    Array.from({ length: 62 }, (_, index) => `stdout F line ${index}`),
  );
});

test("a log file whose end docker has dropped is continued with all that is left", async () => {
  await using scene = new LogScene({ maxBytes: 1_000, maxFiles: 2 });
  scene.docker.write("early\n");
  await scene.drain();
  await scene.forget();
  for (let index = 0; index < 40; index += 1) scene.docker.write(`line ${index}\n`);
  await scene.drain();
  const lines = scene.lines();
  assert.equal(lines[0], "stdout F early");
  assert.equal(lines.at(-1), "stdout F line 39");
  assert.equal(new Set(lines).size, lines.length);
});
