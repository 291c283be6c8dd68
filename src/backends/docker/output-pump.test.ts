import assert from "node:assert/strict";
import { PassThrough, Writable } from "node:stream";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { OutputPump } from "./output-pump.ts";

function frame(stream: 1 | 2, bytes: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

/** A sink that takes nothing until it is let. */
function slowSink() {
  const taken: number[] = [];
  const waiting: (() => void)[] = [];
  const stream = new Writable({
    highWaterMark: 1 << 16,
    write: (chunk: Buffer, _encoding, done) => {
      taken.push(chunk.length);
      waiting.push(done);
    },
  });
  const takeAll = async () => {
    for (let quiet = 0; quiet < 3; ) {
      const done = waiting.shift();
      quiet = done === undefined ? quiet + 1 : 0;
      done?.();
      await turn();
    }
  };
  return { stream, taken, takeAll, bytes: () => taken.reduce((sum, length) => sum + length, 0) };
}

async function turns(): Promise<void> {
  for (let count = 0; count < 50; count += 1) await turn();
}

const chunk = Buffer.alloc(1 << 16, 7);

test("nothing is read while a sink is full, and everything once it is taken", async () => {
  const connection = new PassThrough({ highWaterMark: 1 << 16 });
  const { stream, takeAll, bytes } = slowSink();
  const pump = new OutputPump(connection, { stdout: stream, stderr: undefined }, false);
  const running = pump.run();
  for (let count = 0; count < 32; count += 1) connection.write(frame(1, chunk));
  connection.end();
  await turns();
  assert.equal(pump.isWaiting, true);
  assert.ok(stream.writableLength < 4 * chunk.length, `${stream.writableLength} bytes wait`);
  await takeAll();
  await running;
  await takeAll();
  assert.equal(bytes(), 32 * chunk.length);
});

test("after the release the rest is taken at once, up to 4 MiB", async () => {
  const connection = new PassThrough({ highWaterMark: 1 << 16 });
  const { stream } = slowSink();
  const pump = new OutputPump(connection, { stdout: stream, stderr: undefined }, true);
  const running = pump.run();
  for (let count = 0; count < 20; count += 1) connection.write(chunk);
  await turns();
  assert.ok(stream.writableLength < 4 * chunk.length);
  pump.release();
  await turns();
  assert.equal(stream.writableLength, 20 * chunk.length);
  for (let count = 0; count < 100; count += 1) connection.write(chunk);
  connection.end();
  await turns();
  assert.ok(stream.writableLength <= (4 << 20) + 2 * chunk.length);
  connection.destroy();
  await running;
});

test("each output goes to its own sink, and one that was not asked for nowhere", async () => {
  const connection = new PassThrough();
  const stderr = new PassThrough();
  const pump = new OutputPump(connection, { stdout: undefined, stderr }, false);
  const running = pump.run();
  connection.write(frame(1, Buffer.from("out")));
  connection.end(frame(2, Buffer.from("err")));
  await running;
  assert.equal(String(stderr.read()), "err");
});

test("a sink that is closed ends the pump, also one that is waited for", async () => {
  const connection = new PassThrough();
  const { stream } = slowSink();
  const pump = new OutputPump(connection, { stdout: stream, stderr: undefined }, true);
  const ended = assert.rejects(pump.run(), { kind: "Cancelled" });
  for (let count = 0; count < 3; count += 1) connection.write(chunk);
  await turns();
  assert.equal(pump.isWaiting, true);
  stream.destroy(new Error("reset by the client"));
  await ended;
  assert.equal(connection.destroyed, true);
});

test("a lost connection is an end, also while a sink is waited for", async () => {
  const connection = new PassThrough();
  const { stream } = slowSink();
  const pump = new OutputPump(connection, { stdout: stream, stderr: undefined }, true);
  const running = pump.run();
  for (let count = 0; count < 3; count += 1) connection.write(chunk);
  await turns();
  connection.destroy(new Error("docker died"));
  await running;
});
