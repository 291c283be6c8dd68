import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { NetnsDialer, type NetnsPlace } from "../../src/host/netns-dialer.ts";
import { eventually } from "../harness/eventually.ts";
import { NetnsServer } from "../harness/netns-server.ts";
import { processes } from "../harness/processes.ts";

const { signal } = new AbortController();

const echo = "socket.pipe(socket)";

function helpers(): number {
  return processes().filter(({ command }) => command.includes("netns-dial-child")).length;
}

async function reached(dialer: NetnsDialer, place: NetnsPlace, port = 700) {
  return await eventually("a listener", () =>
    dialer.connect(place, port, signal).catch(() => undefined),
  );
}

test("connections reach the namespace's localhost with both halves, many at once by one helper", async () => {
  await using netns = await NetnsServer.start(echo);
  await using dialer = new NetnsDialer();
  const before = helpers();
  (await reached(dialer, netns.place)).destroy();
  const texts = Array.from({ length: 20 }, (_, index) => `number ${index} `.repeat(1000));
  const answers = texts.map(async (words) => {
    const socket = await dialer.connect(netns.place, 700, signal);
    socket.end(words);
    return await text(socket);
  });
  assert.deepEqual(await Promise.all(answers), texts);
  assert.equal(helpers(), before + 1);
});

test("what a server says first is not lost, and it ends its half first", async () => {
  await using netns = await NetnsServer.start("socket.end('banner'); socket.resume()");
  await using dialer = new NetnsDialer();
  for (let count = 0; count < 20; count += 1) {
    const socket = await reached(dialer, netns.place);
    assert.equal(await text(socket), "banner");
  }
});

test("IPv6 is tried when IPv4 refuses, and a refusal of both is Unavailable", async () => {
  await using netns = await NetnsServer.start(echo, { host: "::1" });
  await using dialer = new NetnsDialer();
  const socket = await reached(dialer, netns.place);
  socket.end("six");
  assert.equal(await text(socket), "six");
  await assert.rejects(dialer.connect(netns.place, 701, signal), {
    kind: "Unavailable",
    message: "port 701 of localhost: connection refused",
  });
});

test("a namespace that is somebody else's is not connected to, and its helper is gone", async () => {
  await using netns = await NetnsServer.start(echo, { isTheirs: async () => false });
  await using dialer = new NetnsDialer();
  await assert.rejects(dialer.connect(netns.place, 700, signal), { kind: "Unavailable" });
  assert.equal(dialer.size, 0);
});

test("a path that leads nowhere is Unavailable, and tried anew by the next call", async () => {
  await using dialer = new NetnsDialer();
  const place = { path: "/proc/4194999/ns/net", owner: "gone", isTheirs: async () => true };
  for (let count = 0; count < 2; count += 1) {
    await assert.rejects(dialer.connect(place, 700, signal), {
      kind: "Unavailable",
      message: /cannot open \/proc\/4194999\/ns\/net/,
    });
  }
});

test("an idle helper ends while its connections live on, and the next call has another", async () => {
  await using netns = await NetnsServer.start(echo);
  await using dialer = new NetnsDialer({ idleMillis: 50 });
  const socket = await reached(dialer, netns.place);
  await eventually("no helper", () => (dialer.size === 0 ? true : undefined));
  socket.end("alive");
  assert.equal(await text(socket), "alive");
  (await dialer.connect(netns.place, 700, signal)).destroy();
});

test("a helper that is killed fails who waits, and the next call has another", async () => {
  await using netns = await NetnsServer.start(echo);
  await using dialer = new NetnsDialer();
  (await reached(dialer, netns.place)).destroy();
  for (const { pid, command } of processes()) {
    if (command.includes("netns-dial-child")) process.kill(pid, "SIGKILL");
  }
  const socket = await reached(dialer, netns.place);
  socket.end("again");
  assert.equal(await text(socket), "again");
});

test("callers that leave and an end of all leave no process and no descriptor", async () => {
  await using netns = await NetnsServer.start(echo);
  const before = readdirSync("/proc/self/fd").length;
  const helpersBefore = helpers();
  {
    await using dialer = new NetnsDialer();
    (await reached(dialer, netns.place)).destroy();
    const leaving = new AbortController();
    const calls = Array.from({ length: 20 }, () =>
      dialer.connect(netns.place, 700, leaving.signal),
    );
    leaving.abort();
    const outcomes = await Promise.allSettled(calls);
    assert.ok(outcomes.every(({ status }) => status === "rejected"));
    // Answers that were on their way have come when a later one has.
    (await dialer.connect(netns.place, 700, signal)).destroy();
  }
  assert.equal(helpers(), helpersBefore);
  await eventually("no descriptor is left", () =>
    readdirSync("/proc/self/fd").length <= before ? true : undefined,
  );
});
