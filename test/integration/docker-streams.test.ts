import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { PassThrough, Readable, Writable } from "node:stream";
import { after, before, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { DockerIo } from "../../src/backends/docker/docker-io.ts";
import { cgroupOf } from "../../src/host/cgroup.ts";
import { systemClock } from "../../src/host/clock.ts";
import { pidsInCgroup } from "../../src/host/process-table.ts";
import type { Container } from "../../src/model/container.ts";
import { containerId } from "../../src/model/ids.ts";
import type { StreamChoice, StreamSession } from "../../src/model/streaming.ts";
import { fakeClient } from "../fakes/stream-session.ts";
import { eventually } from "../harness/eventually.ts";
import { dockerApi, importBusybox, type RunningContainer, runContainer } from "./docker-host.ts";
import { silentLog } from "./silent-log.ts";

/*
 * Without docker's events, as when they are lost: the contract suite has them.
 */
const api = dockerApi();
const image = "cri-ferry.test/h-streams:1";
const { signal } = new AbortController();
let box: RunningContainer;
const io = new DockerIo({
  api,
  clock: systemClock,
  log: silentLog,
  pidOf: () => box.pid,
  dialer: { connect: () => assert.fail("nobody connects here") },
});

before(async () => {
  await importBusybox(api, image);
  box = await runContainer(api, "cf-h-streams", {
    Image: image,
    Cmd: ["sh", "-c", "while :; do sleep 1000000 & wait; done"],
    HostConfig: { NetworkMode: "none" },
  });
});

after(async () => {
  await box[Symbol.asyncDispose]();
  await api.call({ method: "DELETE", path: `/images/${image}` }, signal);
  api.close();
});

interface Run {
  readonly streams?: Partial<StreamChoice>;
  readonly session: StreamSession;
  readonly left?: AbortSignal;
}

async function exec(script: string, { streams = {}, session, left = signal }: Run) {
  const choice = { tty: false, stdin: session.stdin !== undefined, stdout: true, stderr: true };
  const run = { command: ["sh", "-c", script], streams: { ...choice, ...streams }, session };
  return await io.exec({ id: containerId(box.id) } as Container, run, left);
}

async function* noSizes(): AsyncGenerator<never, void> {}

/** Command lines of what runs in the container with this word in it. */
async function inside(word: string): Promise<readonly string[]> {
  const { controllers, unified } = await cgroupOf(box.pid);
  const pids = await pidsInCgroup(controllers.get("memory") ?? unified ?? "");
  const lines = pids.map((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ").trim();
    } catch {
      return "";
    }
  });
  return lines.filter((line) => line.includes(word));
}

const chunk = randomBytes(1 << 16);
const chunks = 3200;

/** 200 MiB that are the same each time, and their hash. */
function source(): { readonly stream: Readable; readonly hash: string } {
  const hash = createHash("sha256");
  for (let count = 0; count < chunks; count += 1) hash.update(chunk);
  const pieces = Array.from({ length: chunks }, () => chunk);
  return { stream: Readable.from(pieces, { objectMode: false }), hash: hash.digest("hex") };
}

/** Takes everything and hashes it. */
function sink() {
  const hash = createHash("sha256");
  let bytes = 0;
  const stream = new Writable({
    write: (piece: Buffer, _encoding, done) => {
      hash.update(piece);
      bytes += piece.length;
      done();
    },
  });
  return { stream, end: () => ({ bytes, hash: hash.digest("hex") }) };
}

test("200 MiB go in and out and are the same bytes", async () => {
  const { stream, hash } = source();
  const back = sink();
  const begun = performance.now();
  const session = { stdin: stream, stdout: back.stream, stderr: undefined, resizes: noSizes() };
  assert.equal(await exec("cat", { session }), 0);
  console.log(`echo: ${Math.round(200 / ((performance.now() - begun) / 1000))} MiB/s`);
  assert.deepEqual(back.end(), { bytes: chunks * chunk.length, hash });
});

test("200 MiB go in, and the command sees their end", async () => {
  const { stream, hash } = source();
  const client = fakeClient();
  const begun = performance.now();
  const session = { ...client.session, stdin: stream };
  assert.equal(await exec("sha256sum; exit 9", { session }), 9);
  console.log(`in: ${Math.round(200 / ((performance.now() - begun) / 1000))} MiB/s`);
  assert.equal(client.stdout(), `${hash}  -\n`);
});

test("200 MiB come out whole", async () => {
  const back = sink();
  const session = { stdin: undefined, stdout: back.stream, stderr: undefined, resizes: noSizes() };
  const begun = performance.now();
  assert.equal(await exec("head -c 209715200 /dev/zero", { session }), 0);
  console.log(`out: ${Math.round(200 / ((performance.now() - begun) / 1000))} MiB/s`);
  assert.equal(back.end().bytes, 200 << 20);
});

for (const size of [1_000_000, 1_400_000, 6_000_000]) {
  test(`a client that stands still for longer than docker waits gets ${size} bytes whole`, async () => {
    let bytes = 0;
    let isStill = true;
    const stdout = new Writable({
      write: (piece: Buffer, _encoding, done) => {
        bytes += piece.length;
        if (isStill) setTimeout(done, 5_000).unref();
        else done();
        isStill = false;
      },
    });
    const session = { stdin: undefined, stdout, stderr: undefined, resizes: noSizes() };
    assert.equal(await exec(`head -c ${size} /dev/zero`, { session }), 0);
    stdout.end();
    await eventually("all is taken", () => (stdout.writableFinished ? true : undefined));
    assert.equal(bytes, size);
  });
}

test("a command that ends with input unread loses none of its output", async () => {
  const client = fakeClient();
  const stdin = new PassThrough();
  const pushing = new AbortController();
  const push = (): void => {
    while (!pushing.signal.aborted && stdin.write(chunk));
    if (!pushing.signal.aborted) stdin.once("drain", push);
  };
  push();
  const session = { ...client.session, stdin };
  assert.equal(await exec("head -c 1 >/dev/null; seq 1 200000; exit 3", { session }), 3);
  pushing.abort();
  assert.equal(client.stdout().length, 1_288_895);
});

test("the end of a terminal's input ends nothing", async () => {
  const client = fakeClient({ tty: true });
  client.stdin.end("ignored\n");
  const run = { streams: client.streams, session: client.session };
  assert.equal(await exec("sleep 1; echo after; exit 4", run), 4);
  assert.match(client.stdout(), /after\r\n$/);
});

test("what a terminal is sent arrives at once, ctrl-p too", async () => {
  const client = fakeClient({ tty: true });
  client.stdin.write("\x10");
  const run = { streams: client.streams, session: client.session };
  const script = "stty raw -echo; head -c 1 | od -An -tx1";
  assert.equal(await exec(script, run), 0);
  assert.match(client.stdout(), /10/);
});

test("a child that holds the output delays the answer by no more than docker's own patience", async () => {
  const client = fakeClient({ stdin: false });
  const begun = performance.now();
  assert.equal(await exec("sleep 4747 & echo parent; exit 6", { session: client.session }), 6);
  assert.ok(performance.now() - begun < 20_000);
  assert.equal(client.stdout(), "parent\n");
  await exec("pkill -f 'sleep 4747'", { session: client.session });
});

for (const [how, leave] of [
  ["aborts", (_session: StreamSession, leaving: AbortController) => leaving.abort()],
  ["closes its output", ({ stdout }: StreamSession) => stdout?.destroy()],
] as const) {
  test(`a client that ${how} takes the whole process tree with it`, async () => {
    const client = fakeClient();
    const leaving = new AbortController();
    const script = "(setsid sleep 4848 &); sleep 4848 & while :; do echo noise; sleep 0.1; done";
    const running = exec(script, { session: client.session, left: leaving.signal });
    const rejected = assert.rejects(running, { kind: "Cancelled" });
    await eventually("it runs", async () =>
      (await inside("sleep 4848")).length >= 2 ? true : undefined,
    );
    leave(client.session, leaving);
    await rejected;
    assert.deepEqual(await inside("4848"), []);
  });
}

test("sessions of every kind leave no descriptor and no process", async () => {
  const descriptors = () => readdirSync("/proc/self/fd").length;
  const before = descriptors();
  const one = async (index: number) => {
    const tty = index % 2 === 0;
    const client = fakeClient({ tty });
    client.resize({ width: 80, height: 24 });
    const leaving = new AbortController();
    const run = { streams: client.streams, session: client.session, left: leaving.signal };
    if (index % 5 === 0) setTimeout(() => leaving.abort(), 50 + index);
    if (index % 3 === 0) client.stdin.end();
    const script = index % 7 === 0 ? "exec /nonexistent" : "sleep 0.1; echo done 4949";
    await exec(script, run).catch(() => undefined);
    client.end();
  };
  for (let round = 0; round < 5; round += 1) {
    await Promise.all(Array.from({ length: 8 }, (_, index) => one(round * 8 + index)));
  }
  await wait(0);
  assert.deepEqual(await inside("4949"), []);
  await eventually("descriptors are let go", () =>
    descriptors() <= before + 6 ? true : undefined,
  );
});
