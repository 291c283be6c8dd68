import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { FakeDocker } from "../../../test/fakes/docker-engine.ts";
import { copyApiLog } from "./api-log.ts";

const never = new AbortController().signal;

/** An engine whose log is these chunks. */
class LoggingDocker extends FakeDocker {
  readonly #chunks: readonly Buffer[];

  constructor(chunks: readonly Buffer[]) {
    super();
    this.#chunks = chunks;
  }

  override open(): Promise<Readable> {
    return Promise.resolve(Readable.from(this.#chunks));
  }
}

function frame(stream: 1 | 2, text: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

async function copied(
  chunks: readonly Buffer[],
  {
    tty = false,
    stdout = "",
    stderr = "",
  }: { tty?: boolean; stdout?: string; stderr?: string } = {},
): Promise<readonly string[]> {
  const records: string[] = [];
  const target = {
    lastTimes: { stdout, stderr },
    append: ({ time, stream, content }: { time: string; stream: string; content: Uint8Array }) => {
      records.push(`${time} ${stream} ${Buffer.from(content).toString()}`);
      return Promise.resolve();
    },
  };
  const api = new LoggingDocker(chunks);
  await copyApiLog(api, { containerId: "c", tty, target }, never);
  return records;
}

const log = Buffer.concat([
  frame(1, "2026-01-01T00:00:00.1Z one\n"),
  frame(2, "2026-01-01T00:00:00.2Z two words\n"),
  frame(1, "2026-01-01T00:00:00.3Z \n"),
]);
const records = [
  "2026-01-01T00:00:00.1Z stdout one\n",
  "2026-01-01T00:00:00.2Z stderr two words\n",
  "2026-01-01T00:00:00.3Z stdout \n",
];

test("messages are whole wherever the stream is cut", async () => {
  for (let cut = 1; cut < log.length; cut += 1) {
    assert.deepEqual(await copied([log.subarray(0, cut), log.subarray(cut)]), records);
  }
});

test("what is older than the end of its stream in the log file is left out, what stands at that very time is for the file to know", async () => {
  const time = "2026-01-01T00:00:00.2Z";
  assert.deepEqual(await copied([log], { stdout: time, stderr: time }), records.slice(1));
});

test("a record that docker wrote after a newer one of the other stream is not lost", async () => {
  const late = Buffer.concat([
    frame(1, "2026-01-01T00:00:00.2Z in the file\n"),
    frame(2, "2026-01-01T00:00:00.1Z late\n"),
  ]);
  const ends = { stdout: "2026-01-01T00:00:00.3Z", stderr: "2026-01-01T00:00:00.05Z" };
  assert.deepEqual(await copied([late], ends), ["2026-01-01T00:00:00.1Z stderr late\n"]);
});

test("a terminal's output is cut at its newlines", async () => {
  const text = "2026-01-01T00:00:00.1Z one\r\n2026-01-01T00:00:00.2Z $ ";
  const bytes = Buffer.from(text);
  for (let cut = 1; cut < bytes.length; cut += 1) {
    const chunks = [bytes.subarray(0, cut), bytes.subarray(cut)];
    assert.deepEqual(await copied(chunks, { tty: true }), [
      "2026-01-01T00:00:00.1Z stdout one\r\n",
      "2026-01-01T00:00:00.2Z stdout $ ",
    ]);
  }
});

test("a length that no message has is refused", async () => {
  const header = Buffer.from([1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]);
  await assert.rejects(copied([header]), /a log message of 4294967295 bytes/);
});
