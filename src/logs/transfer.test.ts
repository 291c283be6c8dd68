import assert from "node:assert/strict";
import { readFileSync, rmSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import type { RotationOptions } from "../../test/fixtures/json-log-writer.ts";
import { LogScene } from "../../test/fixtures/log-scene.ts";
import { logMetrics } from "./log-metrics.ts";

const keepsAll: RotationOptions = { maxBytes: 1_500, maxFiles: 1_000 };

test("a history of rotated files is read from the oldest on", async () => {
  await using scene = new LogScene(keepsAll);
  const texts = Array.from({ length: 100 }, (_, index) => `line ${index}`);
  for (const text of texts) scene.docker.write(`${text}\n`);
  await scene.drain();
  assert.deepEqual(
    scene.lines(),
    texts.map((text) => `stdout F ${text}`),
  );
  assert.equal(scene.counted.get(logMetrics.gaps), undefined);
});

test("what docker removed unread is counted, and the rest follows", async () => {
  await using scene = new LogScene({ maxBytes: 1_000, maxFiles: 3 });
  scene.docker.write("first\n");
  await scene.drain();
  for (let index = 0; index < 100; index += 1) scene.docker.write(`line ${index}\n`);
  await scene.drain();
  const lines = scene.lines();
  assert.equal(lines[0], "stdout F first");
  assert.equal(lines.at(-1), "stdout F line 99");
  // The file that was open is read to its end though docker has removed it.
  assert.equal(lines[1], "stdout F line 0");
  assert.ok(lines.length < 60);
  assert.equal(scene.counted.get(logMetrics.gaps), 1);
});

test("a lag of the whole retained history loses nothing", async () => {
  await using scene = new LogScene({ maxBytes: 1_000, maxFiles: 3 });
  scene.docker.write("line 0\n");
  await scene.drain();
  const sizes = 36;
  for (let index = 1; index < sizes; index += 1) scene.docker.write(`line ${index}\n`);
  await scene.drain();
  assert.equal(scene.lines().length, sizes);
  assert.equal(scene.counted.get(logMetrics.gaps), undefined);
});

test("a truncated file is noticed when it is shorter and when it has grown past the offset", async () => {
  for (const after of [1, 50]) {
    await using scene = new LogScene({ maxBytes: Infinity, maxFiles: 1 });
    for (let index = 0; index < 10; index += 1) scene.docker.write(`before ${index}\n`);
    await scene.drain();
    scene.docker.write("unread\n");
    (await scene.begin()).hasNews();
    scene.docker.rotate();
    for (let index = 0; index < after; index += 1) scene.docker.write(`after ${index}\n`);
    await scene.drain();
    assert.equal(scene.lines().length, 10 + after);
    assert.equal(scene.counted.get(logMetrics.gaps), 1);
    assert.ok((scene.counted.get(logMetrics.lostBytes) ?? 0) > 50);
  }
});

test("a file whose source is gone after a crash keeps its whole lines and loses its torn one", async () => {
  await using scene = new LogScene({ maxBytes: 1_000, maxFiles: 2 });
  for (let index = 0; index < 4; index += 1) scene.docker.write(`line ${index}\n`);
  await scene.begin();
  await scene.drain();
  await scene.kill(10);
  for (let index = 4; index < 100; index += 1) scene.docker.write(`line ${index}\n`);
  await scene.drain();
  const lines = scene.lines();
  assert.deepEqual(lines.slice(0, 3), ["stdout F line 0", "stdout F line 1", "stdout F line 2"]);
  assert.equal(lines.at(-1), "stdout F line 99");
  assert.equal(new Set(lines).size, lines.length);
  assert.equal(scene.counted.get(logMetrics.gaps), 1);
});

test("bytes that are not ours are cut off when they stand where ours should be", async () => {
  await using scene = new LogScene(keepsAll);
  scene.docker.write("one\n");
  await scene.drain();
  await scene.kill();
  truncateSync(scene.logFile, statSync(scene.logFile).size + 20);
  scene.docker.write("two\n");
  await scene.drain();
  assert.deepEqual(scene.lines(), ["stdout F one", "stdout F two"]);
});

test("a removed log file begins anew at the offsets", async () => {
  await using scene = new LogScene(keepsAll);
  scene.docker.write("one\n");
  await scene.drain();
  (await scene.begin()).save();
  await scene.kill();
  rmSync(scene.logFile);
  scene.docker.write("two\n");
  await scene.drain();
  assert.deepEqual(scene.lines(), ["stdout F two"]);
});

test("a line that has begun ends in its file before the next file begins", async () => {
  await using scene = new LogScene(keepsAll);
  scene.docker.write("begin");
  await scene.drain();
  scene.rename();
  scene.docker.write(" end\n");
  scene.docker.write("next\n");
  await scene.reopen();
  await scene.drain();
  const old = readFileSync(join(scene.folder, "0.log.0001"), "utf8");
  assert.deepEqual(old.match(/(?<= )[PF] .*/g), ["P begin", "F  end"]);
  assert.equal(scene.lines().at(-1), "stdout F next");
});

test("a line that does not end does not keep the rotation", async () => {
  await using scene = new LogScene(keepsAll);
  scene.docker.write("prompt> ");
  await scene.drain();
  scene.rename();
  await scene.reopen();
  scene.docker.write("answer\n");
  await scene.drain();
  assert.deepEqual(scene.lines(), ["stdout P prompt> ", "stdout F answer"]);
});

test("a line longer than the buffer is skipped as damaged", async () => {
  await using scene = new LogScene(keepsAll);
  scene.docker.write("one\n");
  scene.docker.writeRaw(`${"x".repeat(3_000)}\n`);
  scene.docker.write("two\n");
  await scene.drain();
  assert.deepEqual(scene.lines(), ["stdout F one", "stdout F two"]);
  assert.equal(scene.counted.get(logMetrics.damaged), 1);
});

const operation = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constant("write"), size: fc.nat(120), whole: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("step") }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("save") }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("rotate") }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("reopen") }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("kill"), missing: fc.nat(900) }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("rename and kill"), missing: fc.nat(900) }),
  },
);

test("every record is there exactly once, wherever the process is killed", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 5, maxLength: 60 }), async (operations) => {
      await using scene = new LogScene(keepsAll);
      const expected: string[] = [];
      await scene.begin();
      for (const one of operations) {
        if ("whole" in one) {
          const text = `${expected.length} ${"x".repeat(one.size)}`;
          scene.docker.write(one.whole ? `${text}\n` : text);
          expected.push(`stdout ${one.whole ? "F" : "P"} ${text}`);
        } else if (one.type === "step") await scene.step();
        else if (one.type === "save") (await scene.begin()).save();
        else if (one.type === "rotate") scene.docker.rotate();
        else {
          if (one.type !== "kill") {
            await scene.begin();
            scene.rename();
          }
          if ("missing" in one) await scene.kill(one.missing);
          else await scene.reopen();
        }
      }
      await scene.drain();
      assert.deepEqual(scene.lines(), expected);
      assert.equal(scene.counted.get(logMetrics.gaps), undefined);
    }),
    { numRuns: 40 },
  );
});
