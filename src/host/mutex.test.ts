import assert from "node:assert/strict";
import { test } from "node:test";
import { CriError } from "../model/error.ts";
import { KeyedMutex, Mutex } from "./mutex.ts";

test("work runs one at a time in the order of asking", async () => {
  const mutex = new Mutex();
  const log: string[] = [];
  const work = (name: string) => async () => {
    log.push(`${name} begins`);
    await new Promise(setImmediate);
    log.push(`${name} ends`);
  };
  await Promise.all([mutex.run(work("a")), mutex.run(work("b")), mutex.run(work("c"))]);
  assert.deepEqual(log, ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
});

test("a failure is the caller's and frees the lock", async () => {
  const mutex = new Mutex();
  await assert.rejects(
    mutex.run(() => Promise.reject(new Error("own fault"))),
    /own fault/,
  );
  assert.equal(await mutex.run(async () => 7), 7);
});

test("a waiter that aborts leaves the queue and the next one gets its turn", async () => {
  const mutex = new Mutex();
  const gate = Promise.withResolvers<void>();
  const first = mutex.run(() => gate.promise);
  const controller = new AbortController();
  const second = mutex.run(async () => assert.fail("must not run"), controller.signal);
  const third = mutex.run(async () => "third");
  controller.abort();
  await assert.rejects(
    second,
    (thrown) => thrown instanceof CriError && thrown.kind === "Cancelled",
  );
  gate.resolve();
  await first;
  assert.equal(await third, "third");
});

test("an abort after the work has begun changes nothing", async () => {
  const mutex = new Mutex();
  const controller = new AbortController();
  const result = await mutex.run(async () => {
    controller.abort();
    return "done";
  }, controller.signal);
  assert.equal(result, "done");
});

test("a newcomer cannot jump the queue while the lock changes hands", async () => {
  const mutex = new Mutex();
  const log: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = mutex.run(() => gate.promise).then(() => mutex.run(async () => log.push("again")));
  const second = mutex.run(async () => log.push("second"));
  gate.resolve();
  await Promise.all([first, second]);
  assert.deepEqual(log, ["second", "again"]);
});

test("keys do not wait for each other and are forgotten when free", async () => {
  const locks = new KeyedMutex();
  const gate = Promise.withResolvers<void>();
  const held = locks.run("a", () => gate.promise);
  const waiting = locks.run("a", async () => "a again");
  assert.equal(await locks.run("b", async () => "b"), "b");
  assert.equal(locks.size, 1);
  gate.resolve();
  await held;
  assert.equal(await waiting, "a again");
  assert.equal(locks.size, 0);
});

test("a waiter for a key that aborts does not make it forgotten", async () => {
  const locks = new KeyedMutex();
  const gate = Promise.withResolvers<void>();
  const held = locks.run("a", () => gate.promise);
  await assert.rejects(locks.run("a", async () => undefined, AbortSignal.abort()));
  assert.equal(locks.size, 1);
  gate.resolve();
  await held;
  assert.equal(locks.size, 0);
});
