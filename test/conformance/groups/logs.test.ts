import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile, rename } from "node:fs/promises";
import { describe, test } from "node:test";
import { eventually } from "../../harness/eventually.ts";
import { type LogEntry, logFile, logUntil, parseLog, written } from "../log-file.ts";
import { ended, sharedPod, startContainer, uniqueName } from "../pod.ts";
import { needs, runtime } from "../subject.ts";

const pod = sharedPod();

/** Runs a script to its end; waits until its log accounts for that many bytes of stdout. */
async function logOf(script: string, stdoutBytes: number): Promise<readonly LogEntry[]> {
  const logPath = `${uniqueName("log")}/0.log`;
  await ended(await startContainer(pod(), { command: ["sh", "-c", script], logPath }));
  return logUntil(logFile(pod(), logPath), (all) => written(all, "stdout").length >= stdoutBytes);
}

test("each line has a time, its stream and a tag", async () => {
  const entries = await logOf(
    "echo first; echo problem >&2; echo second",
    "first\nsecond\n".length,
  );
  const lines = (stream: string) =>
    entries.filter((entry) => entry.stream === stream).map(({ content }) => content.toString());
  assert.deepEqual(lines("stdout"), ["first", "second"]);
  assert.deepEqual(lines("stderr"), ["problem"]);
  assert.ok(entries.every(({ tag }) => tag === "F"));
});

test("times are of the writing and never go back", async () => {
  const before = Date.now() - 1000;
  const entries = await logOf("for i in 1 2 3 4 5; do echo $i; done", 10);
  const times = entries.map(({ timestamp }) => Date.parse(timestamp));
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
  assert.ok(times.every((time) => time >= before && time <= Date.now() + 1000));
});

test("empty lines and spaces stay", async () => {
  const text = "\n  indented\n\ttab \n\nend\n";
  const entries = await logOf("printf '\\n  indented\\n\\ttab \\n\\nend\\n'", text.length);
  assert.equal(written(entries, "stdout").toString(), text);
});

test("a long line comes in parts that make the whole", async () => {
  const script = "head -c 100000 /dev/zero | tr '\\0' x; echo; echo short";
  const entries = await logOf(script, 100_007);
  assert.equal(written(entries, "stdout").toString(), `${"x".repeat(100_000)}\nshort\n`);
});

test("a line as long as a buffer is not torn", async () => {
  const script =
    "for n in 16383 16384 16385 32768; do head -c $n /dev/zero | tr '\\0' y; echo; done";
  const text = [16383, 16384, 16385, 32768].map((n) => `${"y".repeat(n)}\n`).join("");
  assert.equal(written(await logOf(script, text.length), "stdout").toString(), text);
});

test("a last line without an end is kept", async () => {
  const entries = await logOf("echo whole; printf rest", "whole\nrest".length);
  assert.equal(entries.at(-1)?.content.toString(), "rest");
});

test("bytes that are no text are kept", needs("log-bytes"), async () => {
  const bytes = [0x00, 0xff, 0xfe, 0x01, 0x0d, 0x1b, 0xc3, 0x28, 0x0a];
  const octal = bytes.map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
  const entries = await logOf(`printf '${octal}'`, bytes.length);
  assert.deepEqual([...written(entries, "stdout")], bytes);
});

test("a carriage return before the line end is kept", needs("log-carriage-return"), async () => {
  const text = "first\r\nsecond\r\n";
  const entries = await logOf("printf 'first\\r\\nsecond\\r\\n'", text.length);
  assert.equal(written(entries, "stdout").toString(), text);
});

test("what was written before the end is all there", async () => {
  const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index + 1}\n`).join("");
  const script = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); echo line $i; done";
  assert.equal(written(await logOf(script, lines.length), "stdout").toString(), lines);
});

test("a container without a log path runs and writes no file", async () => {
  const id = await startContainer(pod(), { command: ["echo", "unheard"], logPath: "" });
  assert.equal((await ended(id)).exitCode, 0);
});

test("a terminal's output is one stream", async () => {
  const logPath = `${uniqueName("tty")}/0.log`;
  const command = ["sh", "-c", "echo out; echo err >&2"];
  await ended(await startContainer(pod(), { command, logPath, tty: true }));
  const entries = await logUntil(logFile(pod(), logPath), (all) => all.length >= 2);
  const text = written(entries, "stdout").toString().replaceAll("\r", "");
  assert.deepEqual(text.split("\n").filter(Boolean).toSorted(), ["err", "out"]);
});

describe("after ReopenContainerLog", () => {
  test("output goes to a new file and no line is lost or doubled", async () => {
    const logPath = `${uniqueName("rotated")}/0.log`;
    const path = logFile(pod(), logPath);
    const script =
      "i=0; while [ $i -lt 4000 ]; do i=$((i+1)); echo $i; [ $((i % 100)) -eq 0 ] && sleep 0.05; done";
    const containerId = await startContainer(pod(), { command: ["sh", "-c", script], logPath });
    const parts: string[] = [];
    for (const part of [1, 2, 3]) {
      await logUntil(path, (entries) => entries.length > 50);
      const old = `${path}.${part}`;
      await rename(path, old);
      await runtime("ReopenContainerLog", { containerId });
      assert.ok(existsSync(path), "the new file is there");
      parts.push(old);
    }
    await ended(containerId);
    const numbers = await eventually("all lines", async () => {
      const logs = await Promise.all([...parts, path].map((name) => readFile(name)));
      const text = logs.map((log) => written(parseLog(log), "stdout").toString()).join("");
      return text.endsWith("\n4000\n") ? text : undefined;
    });
    assert.equal(numbers, Array.from({ length: 4000 }, (_, index) => `${index + 1}\n`).join(""));
  });

  test("of an ended container there is no file where the call failed", async () => {
    const logPath = `${uniqueName("over")}/0.log`;
    const path = logFile(pod(), logPath);
    const containerId = await startContainer(pod(), { command: ["echo", "x"], logPath });
    await ended(containerId);
    await logUntil(path, (entries) => entries.length === 1);
    await rename(path, `${path}.1`);
    const failed = await runtime("ReopenContainerLog", { containerId }).then(
      () => false,
      () => true,
    );
    assert.equal(existsSync(path), !failed);
  });
});
