import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { eventually } from "../harness/eventually.ts";
import { metric, metricsAddress } from "./daemon-figures.ts";
import { NodeUnderTest } from "./node-under-test.ts";

/** How much of a line docker keeps in one record. */
const record = 16 * 1024;

/** What text can be: nothing, one record exactly, a byte more, CRLF around the end of a record, 10 MB, control characters. */
const text = Buffer.concat([
  Buffer.from(
    '\n\n\r\nwith\r\n\ttab \u0000 nul \u001b esc \u0001 \u007f \\ " < > & é 漢 😀 \u2028\u2029\n',
  ),
  ...[record - 1, record, record + 1, 2 * record, 2 * record + 1].map((size) =>
    Buffer.from(`${"x".repeat(size)}\n`),
  ),
  ...[record - 2, record - 1, record, record + 1].map((size) =>
    Buffer.from(`${"y".repeat(size)}\r\n`),
  ),
  Buffer.from(`${"0123456789".repeat(1_000_000)}\n`),
  Buffer.from(`${"z".repeat(record)}`),
  Buffer.from("no line end at the end"),
]);

/** What is no text: lone continuations, a cut character, all high bytes. Docker's json-file has no form for these. */
const noText = Buffer.concat([
  Buffer.from([0x61, 0xff, 0x62, 0xfe, 0x0a, 0xc3, 0x0a, 0x80, 0x81, 0x0a, 0xf0, 0x9f, 0x98, 0x0a]),
  Buffer.from(Array.from({ length: 128 }, (_, index) => 128 + index)),
  Buffer.from("\nand text again\n"),
]);

/** What docker makes of bytes that are no text: as Go does, each becomes one U+FFFD. */
function replaced(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString("latin1").replaceAll(/[\u0080-\u00ff]/g, "\ufffd"));
}

/** What a reader of the CRI format has of a stream: P entries are beginnings of lines. */
function contents(log: Buffer, stream: "stdout" | "stderr"): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < log.length; ) {
    const end = log.indexOf(0x0a, at);
    assert.ok(end >= 0, "the last line has an end");
    const head = /^(\S+) (stdout|stderr) ([PF]) /.exec(
      log.subarray(at, at + 60).toString("latin1"),
    );
    assert.ok(head !== null, log.subarray(at, at + 80).toString());
    assert.match(head[1] ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/);
    // A line that ends with the container has no end of its own, and is the last one.
    if (head[2] === stream) {
      parts.push(log.subarray(at + head[0].length, head[3] === "F" ? end + 1 : end));
    }
    at = end + 1;
  }
  return Buffer.concat(parts);
}

test("whatever a container writes comes back from its log", async (t) => {
  await using node = await NodeUnderTest.start({
    ferry: { args: ["--metrics-address", metricsAddress] },
  });
  const { pods } = node;
  const folder = join(node.folder, "in");
  mkdirSync(folder);
  writeFileSync(join(folder, "text"), text);
  writeFileSync(join(folder, "no-text"), noText);
  const mounts = [{ containerPath: "/in", hostPath: folder, readonly: true }];
  const pod = await pods.run("odd");

  async function logOf(name: string, script: string, tty = false): Promise<Buffer> {
    const command = ["sh", "-c", script];
    const id = await pods.startContainer(pod, name, { command, mounts, tty });
    return await eventually("the container ends, and its log with it", async () => {
      const { state, logPath } = await pods.containerStatus(id);
      return state === "CONTAINER_EXITED" ? readFileSync(logPath) : undefined;
    });
  }

  await t.test("text, byte for byte, on either stream", async () => {
    const log = await logOf("text", "cat /in/text; cat /in/text >&2");
    assert.ok(contents(log, "stdout").equals(text));
    assert.ok(contents(log, "stderr").equals(text));
  });

  await t.test("text on both streams at once", async () => {
    const log = await logOf("both", "cat /in/text & cat /in/text >&2; wait");
    assert.ok(contents(log, "stdout").equals(text));
    assert.ok(contents(log, "stderr").equals(text));
  });

  await t.test("bytes that are no text, as docker's replacement of them", async () => {
    const log = await logOf("no-text", "cat /in/no-text");
    assert.ok(contents(log, "stdout").equals(replaced(noText)));
  });

  await t.test("a terminal's line ends", async () => {
    const log = await logOf("tty", "printf 'one\\ntwo\\r\\n'; printf rest", true);
    assert.equal(contents(log, "stdout").toString(), "one\r\ntwo\r\r\nrest");
  });

  await t.test("a line that is written over the death of the daemon", async () => {
    const script = `head -c 40000 /dev/zero | tr '\\0' a; until [ -e /in/go ]; do sleep 0.05; done; echo b`;
    const id = await pods.startContainer(pod, "cut", { command: ["sh", "-c", script], mounts });
    const { logPath } = await pods.containerStatus(id);
    await eventually("the line has begun", () =>
      readFileSync(logPath).length > record ? true : undefined,
    );
    await node.crash();
    await pods.listed();
    writeFileSync(join(folder, "go"), "");
    const log = await eventually("the container ends", async () =>
      (await pods.containerStatus(id)).state === "CONTAINER_EXITED"
        ? readFileSync(logPath)
        : undefined,
    );
    assert.equal(contents(log, "stdout").toString(), `${"a".repeat(40_000)}b\n`);
  });
  assert.equal(await metric("cri_ferry_log_damaged_lines_total"), 0);
  await pods.remove(pod.id);
  await node.assertNoLeaks();
});
