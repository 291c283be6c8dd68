import assert from "node:assert/strict";
import { appendFile, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { test } from "node:test";
import { ManualClock } from "../../test/fakes/manual-clock.ts";
import type { Meter } from "../model/ports.ts";
import { RecordLog } from "./record-log.ts";

const { signal } = new AbortController();
const counted: unknown[] = [];
const meter: Meter = {
  count: (name, labels, by) => counted.push([name, labels?.["path"], by]),
  observe: () => undefined,
  gauge: () => undefined,
};
const options = { clock: new ManualClock(), meter, ensureFolders: () => Promise.resolve() };

async function pathIn(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "record-log-"));
  t.after(() => rm(folder, { recursive: true }));
  return join(folder, "0.log");
}

type LogRecord = Parameters<RecordLog["append"]>[0];

function record(time: string, text: string, stream: LogRecord["stream"] = "stdout"): LogRecord {
  return { time, stream, content: Buffer.from(text) };
}

test("records become lines, a partial one is tagged", async (t) => {
  const logFile = await pathIn(t);
  const log = await RecordLog.open({ logFile }, options, signal);
  await Promise.all([
    log.append(record("2026-01-01T00:00:00.1Z", "begun "), signal),
    log.append(record("2026-01-01T00:00:00.2Z", "ended\n"), signal),
  ]);
  await log.close();
  const lines = ["2026-01-01T00:00:00.1Z stdout P begun ", "2026-01-01T00:00:00.2Z stdout F ended"];
  const text = `${lines.join("\n")}\n`;
  assert.equal(await readFile(logFile, "utf8"), text);
  const bytes = counted.filter((each) => String(each).includes("bytes"));
  assert.equal(bytes.length, 2);
  assert.ok(counted.some((each) => String(each).startsWith("cri_ferry_log_records_total,api")));
});

test("a later life knows the last time, and a torn line is cut off", async (t) => {
  const logFile = await pathIn(t);
  const first = await RecordLog.open({ logFile }, options, signal);
  assert.deepEqual(first.lastTimes, { stdout: "", stderr: "" });
  await first.append(record("2026-01-01T00:00:00.1Z", "one\n"), signal);
  await first.append(record("2026-01-01T00:00:00.2Z", "two\n"), signal);
  await first.close();
  await appendFile(logFile, "2026-01-01T00:00:00.3Z stdo");
  const second = await RecordLog.open({ logFile }, options, signal);
  assert.equal(second.lastTimes.stdout, "2026-01-01T00:00:00.2Z");
  await second.append(record("2026-01-01T00:00:00.3Z", "three\n"), signal);
  await second.close();
  assert.match(await readFile(logFile, "utf8"), / F one\n.* F two\n.* F three\n$/);
});

test("after a rename and a reopen the next record goes to a new file", async (t) => {
  const logFile = await pathIn(t);
  const log = await RecordLog.open({ logFile }, options, signal);
  await log.append(record("2026-01-01T00:00:00.1Z", "old\n"), signal);
  await rename(logFile, `${logFile}.1`);
  await log.reopen();
  await log.append(record("2026-01-01T00:00:00.2Z", "new\n"), signal);
  await log.close();
  assert.match(await readFile(`${logFile}.1`, "utf8"), / F old\n$/);
  assert.equal(await readFile(logFile, "utf8"), "2026-01-01T00:00:00.2Z stdout F new\n");
});

test("records of the last time that come again are left out, and further ones of it are not", async (t) => {
  const logFile = await pathIn(t);
  const pieces = Array.from({ length: 12 }, (_, index) => `${index}`.padEnd(16_000, "."));
  const time = "2026-01-01T00:00:00.2Z";
  const first = await RecordLog.open({ logFile }, options, signal);
  await first.append(record("2026-01-01T00:00:00.1Z", "before\n"), signal);
  for (const piece of pieces.slice(0, 9)) await first.append(record(time, piece), signal);
  await first.close();
  const second = await RecordLog.open({ logFile }, options, signal);
  assert.equal(second.lastTimes.stdout, time);
  for (const piece of pieces) await second.append(record(time, piece), signal);
  await second.append(record("2026-01-01T00:00:00.3Z", "after\n"), signal);
  await second.close();
  const lines = (await readFile(logFile, "utf8")).split("\n").slice(0, -1);
  const texts = ["before", ...pieces, "after"];
  assert.deepEqual(
    lines.map((line) => line.split(" ").at(-1)),
    texts,
  );
});

test("each stream goes on where it ended itself", async (t) => {
  const logFile = await pathIn(t);
  const first = await RecordLog.open({ logFile }, options, signal);
  await first.append(record("2026-01-01T00:00:00.1Z", "one\n", "stderr"), signal);
  await first.append(record("2026-01-01T00:00:00.3Z", "two\n"), signal);
  await first.close();
  const second = await RecordLog.open({ logFile }, options, signal);
  const { stdout, stderr } = second.lastTimes;
  assert.deepEqual([stdout, stderr], ["2026-01-01T00:00:00.3Z", "2026-01-01T00:00:00.1Z"]);
  for (const [time, text, stream] of [
    ["2026-01-01T00:00:00.1Z", "one\n", "stderr"],
    ["2026-01-01T00:00:00.3Z", "two\n", "stdout"],
    ["2026-01-01T00:00:00.2Z", "late\n", "stderr"],
  ] as const) {
    await second.append(record(time, text, stream), signal);
  }
  await second.close();
  assert.match(await readFile(logFile, "utf8"), /^\S+ stderr F one\n.* F two\n.* stderr F late\n$/);
});

test("a stream that the end of the file does not have goes on at the oldest time there", async (t) => {
  const logFile = await pathIn(t);
  const lines = (time: string, stream: string, count: number) =>
    `2026-01-01T00:00:${time}Z ${stream} F ${"x".repeat(1000)}\n`.repeat(count);
  await appendFile(
    logFile,
    lines("01", "stderr", 1) + lines("02", "stdout", 1) + lines("03", "stdout", 1),
  );
  await appendFile(logFile, lines("04", "stdout", 2000) + lines("05", "stdout", 1));
  const log = await RecordLog.open({ logFile }, options, signal);
  const { stdout, stderr } = log.lastTimes;
  assert.deepEqual([stdout, stderr], ["2026-01-01T00:00:05Z", "2026-01-01T00:00:04Z"]);
  await log.close();
});
