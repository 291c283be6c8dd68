import assert from "node:assert/strict";
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { exec } from "../host/exec.ts";
import type { Log } from "../model/ports.ts";
import { measureFolder } from "./writable-layer.ts";
import { WritableLayers } from "./writable-layers.ts";

function layer(t: TestContext): string {
  const root = mkdtempSync("/tmp/cri-ferry-layer-");
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const folder = `${root}/id/diff`;
  mkdirSync(`${folder}/deep/er`, { recursive: true });
  writeFileSync(`${folder}/a`, Buffer.alloc(100_000, 1));
  writeFileSync(`${folder}/deep/b`, "b");
  linkSync(`${folder}/a`, `${folder}/deep/er/a-again`);
  symlinkSync("/usr", `${folder}/link`);
  for (let n = 0; n < 50; n += 1) writeFileSync(`${folder}/deep/${n}`, "x");
  return folder;
}

async function du(folder: string, option: string): Promise<bigint> {
  const signal = AbortSignal.timeout(10_000);
  const { stdout } = await exec("du", ["-sx", option, folder], { signal, timeoutMillis: 10_000 });
  return BigInt(stdout.toString().split("\t")[0] ?? "");
}

const noPause = { pause: async () => undefined, entriesPerBatch: 10 };

test("blocks and inodes are what du counts", async (t) => {
  const folder = layer(t);
  assert.deepEqual(await measureFolder(folder, noPause), {
    usedBytes: await du(folder, "-B1"),
    inodesUsed: await du(folder, "--inodes"),
  });
});

test("a folder that is gone has no size", async () => {
  assert.equal(await measureFolder("/no/such/folder", noPause), undefined);
});

test("the walk pauses after each batch and ends when the pause throws", async (t) => {
  let pauses = 0;
  const folder = layer(t);
  await measureFolder(folder, { entriesPerBatch: 10, pause: async () => void (pauses += 1) });
  // 57 entries.
  assert.equal(pauses, 6);
  const stop = new Error("stop");
  await assert.rejects(
    measureFolder(folder, { entriesPerBatch: 10, pause: () => Promise.reject(stop) }),
    (thrown) => thrown === stop,
  );
});

const log: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: (message) => assert.fail(message),
  error: (message) => assert.fail(message),
  child: () => log,
};

/** Layers whose time stands still unless moved; each rest of a walk takes a millisecond of it. */
function setUp(t: TestContext, entriesPerBatch = 200) {
  const rests: PromiseWithResolvers<void>[] = [];
  const state = { millis: 0, hold: false };
  const clock = {
    nowNanos: () => BigInt(state.millis) * 1_000_000n,
    monotonicMillis: () => state.millis,
    sleep: async () => {
      state.millis += 1;
      const rest = Promise.withResolvers<void>();
      rests.push(rest);
      if (!state.hold) rest.resolve();
      await rest.promise;
    },
  };
  const layers = new WritableLayers({ clock, log, intervalMillis: 1_000, entriesPerBatch });
  const controller = new AbortController();
  const running = layers.run(controller.signal);
  t.after(async () => {
    controller.abort();
    await running;
  });
  return { layers, state, rests };
}

/** Asks until an answer meets the condition. */
async function until<T>(
  ask: () => T | undefined,
  ok: (answer: T) => boolean = () => true,
): Promise<T> {
  for (;;) {
    const answer = ask();
    if (answer !== undefined && ok(answer)) return answer;
    await new Promise(setImmediate);
  }
}

test("the first answer is nothing, a later one is the measure with its time and the root of all layers", async (t) => {
  const { layers } = setUp(t);
  const folder = layer(t);
  assert.equal(layers.usage("a", folder), undefined);
  const usage = await until(() => layers.usage("a", folder));
  assert.equal(usage.usedBytes, await du(folder, "-B1"));
  assert.equal(usage.timestampNanos, 0n);
  assert.equal(usage.mountpoint, folder.slice(0, -"/id/diff".length));
});

test("a measure stands for its interval and is renewed when asked after it", async (t) => {
  const { layers, state } = setUp(t);
  const folder = layer(t);
  const first = await until(() => layers.usage("a", folder));
  writeFileSync(`${folder}/more`, "more");
  state.millis = 999;
  assert.equal(layers.usage("a", folder), first);
  state.millis = 1_000;
  const second = await until(
    () => layers.usage("a", folder),
    (usage) => usage !== first,
  );
  assert.equal(second.inodesUsed, first.inodesUsed + 1n);
});

test("a container removed in the midst of its walk does not keep the next from being measured", async (t) => {
  const { layers, state, rests } = setUp(t, 20);
  const [gone, kept] = [layer(t), layer(t)];
  state.hold = true;
  layers.usage("gone", gone);
  layers.usage("kept", kept);
  const rest = await until(() => rests[0]);
  layers.forget("gone");
  state.hold = false;
  rest.resolve();
  await until(() => layers.usage("kept", kept));
});

test("a new layer's first files are counted without a rest, whatever walk goes on through an old one", async (t) => {
  const { layers, state, rests } = setUp(t);
  const [old, fresh] = [layer(t), layer(t)];
  const first = await until(() => layers.usage("old", old));
  assert.equal(rests.length, 0);
  state.hold = true;
  state.millis = 1_000;
  assert.equal(layers.usage("old", old), first);
  await until(() => rests[0]);
  await until(() => layers.usage("fresh", fresh));
  assert.equal(layers.usage("old", old), first);
  state.hold = false;
  rests[0]?.resolve();
});

test("the walks rest nineteen times as long as they work, the last part of one before the next", async (t) => {
  let [millis, measured] = [0, 0n];
  const rests: number[] = [];
  const clock = {
    nowNanos: () => (measured += 1n),
    // Whatever is done between two looks at the clock takes ten milliseconds.
    monotonicMillis: () => (millis += 10),
    sleep: async (rest: number) => void rests.push(rest),
  };
  const layers = new WritableLayers({ clock, log, entriesPerBatch: 20 });
  const controller = new AbortController();
  const running = layers.run(controller.signal);
  t.after(async () => {
    controller.abort();
    await running;
  });
  const [one, two] = [layer(t), layer(t)];
  layers.usage("one", one);
  layers.usage("two", two);
  await until(() => measured === 2n || undefined);
  // 57 entries are three batches, of which a new layer has its first without a rest, owed until the next.
  assert.deepEqual(rests, [380, 190, 760, 190]);
});
