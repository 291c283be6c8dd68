import assert from "node:assert/strict";
import { appendFile, mkdtemp, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { joined, LogParser } from "./cri-log.ts";
import { readLogFile } from "./log-file.ts";

async function logPath(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "log-"));
  t.after(() => rm(folder, { recursive: true }));
  return join(folder, "0.log");
}

/** Reads on while the steps last: each is done when the reader asks whether more may come. */
async function follow(path: string, steps: readonly (() => Promise<void>)[]): Promise<string> {
  const left = [...steps];
  const running = async (): Promise<boolean> => {
    await left.shift()?.();
    return left.length > 0;
  };
  const chunks: Uint8Array[] = [];
  for await (const chunk of readLogFile({ path, running, pollMillis: 0 })) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test("a log file is read once, or until its writer has ended", async (t) => {
  const path = await logPath(t);
  await writeFile(path, "a");
  const chunks: Uint8Array[] = [];
  for await (const chunk of readLogFile({ path })) chunks.push(chunk);
  assert.equal(Buffer.concat(chunks).toString(), "a");
  assert.equal(
    await follow(path, [() => appendFile(path, "b"), () => appendFile(path, "c")]),
    "abc",
  );
});

test("a log file is followed over rotations: the old one to its end, also what came after the rename", async (t) => {
  const path = await logPath(t);
  await writeFile(path, "1");
  const steps = [
    () => rename(path, `${path}.1`),
    () => appendFile(`${path}.1`, "2"),
    async () => {
      await appendFile(`${path}.1`, "3");
      await writeFile(path, "4");
    },
    () => appendFile(path, "5"),
    async () => {
      await rename(path, `${path}.2`);
      await writeFile(path, "6");
    },
  ];
  assert.equal(await follow(path, steps), "123456");
});

test("a truncated log file is read from its beginning", async (t) => {
  const path = await logPath(t);
  await writeFile(path, "long");
  const shorten = async (): Promise<void> => {
    await truncate(path, 0);
    await appendFile(path, "x");
  };
  assert.equal(await follow(path, [() => Promise.resolve(), shorten]), "longx");
});

test("a log file that is not there is NotFound", async (t) => {
  const path = await logPath(t);
  await assert.rejects(readLogFile({ path }).next(), { kind: "NotFound", message: /0\.log/ });
});

const time = "2026-01-02T03:04:05.000000006Z";

function parse(
  ...chunks: readonly (string | Uint8Array)[]
): readonly (readonly [string, string])[] {
  const parser = new LogParser();
  const records = chunks.flatMap((chunk) => parser.push(Buffer.from(chunk)));
  return joined(records).map(
    ({ stream, bytes }) => [stream, Buffer.from(bytes).toString()] as const,
  );
}

test("tags tell parts from whole lines; further tags do not matter", () => {
  assert.deepEqual(parse(`${time} stdout P a\n${time} stdout P:x b\n${time} stdout F:y c\n`), [
    ["stdout", "abc\n"],
  ]);
  assert.deepEqual(parse(`${time} stdout F \n${time} stderr F  x\n`), [
    ["stdout", "\n"],
    ["stderr", " x\n"],
  ]);
});

test("lines in another form pass as they are", () => {
  for (const line of [
    "",
    "x",
    "a b",
    "a b c",
    `${time} stdlog F x`,
    `${time} stdout Q x`,
    '{"log":"x"}',
  ]) {
    assert.deepEqual(parse(`${line}\n`), [["stdout", `${line}\n`]]);
  }
});

test("a line without an end is held back, but not for ever", () => {
  assert.deepEqual(parse(`${time} stdout F x`), []);
  assert.deepEqual(parse("y".repeat(1024 * 1024 + 1)).length, 1);
});

test("however the bytes are cut, the records are the same", () => {
  const text = fc
    .uint8Array({ maxLength: 40 })
    .map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 10)));
  const record = fc.record({
    stream: fc.constantFrom("stdout", "stderr"),
    tag: fc.constantFrom("P", "F"),
    text,
  });
  fc.assert(
    fc.property(fc.array(record), fc.array(fc.nat(200)), (records, cuts) => {
      const lines = records.map(({ stream, tag, text: body }) =>
        Buffer.concat([Buffer.from(`${time} ${stream} ${tag} `), body, Buffer.from("\n")]),
      );
      const whole = Buffer.concat(lines);
      const places = [
        0,
        ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b),
        whole.length,
      ];
      const parser = new LogParser();
      const got = places.slice(1).flatMap((end, i) => parser.push(whole.subarray(places[i], end)));
      const expected = records.map(({ stream, tag, text: body }) => ({
        stream,
        bytes: tag === "F" ? Buffer.concat([body, Buffer.from("\n")]) : body,
      }));
      assert.deepEqual(joined(got), joined(expected as Parameters<typeof joined>[0]));
    }),
  );
});
