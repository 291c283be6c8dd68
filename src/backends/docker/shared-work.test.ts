import assert from "node:assert/strict";
import { test } from "node:test";
import { CriError } from "../../model/error.ts";
import { SharedWork } from "./shared-work.ts";

const name = { key: "k", name: "pull of a" };

function setUp() {
  const shared = new SharedWork<number>();
  const jobs: (PromiseWithResolvers<number> & { readonly signal: AbortSignal })[] = [];
  const start = (signal: AbortSignal) => {
    const job = { ...Promise.withResolvers<number>(), signal };
    jobs.push(job);
    return job.promise;
  };
  const ask = (signal = new AbortController().signal) => shared.run(name, start, signal);
  return { ask, jobs };
}

const isCancelled = (thrown: unknown) =>
  thrown instanceof CriError &&
  thrown.kind === "Cancelled" &&
  thrown.message.startsWith("pull of a");

test("all who ask while it runs get the one result; who asks later starts anew", async () => {
  const { ask, jobs } = setUp();
  const both = Promise.all([ask(), ask()]);
  jobs[0]?.resolve(1);
  assert.deepEqual(await both, [1, 1]);
  const later = ask();
  jobs[1]?.resolve(2);
  assert.equal(await later, 2);
});

test("a failure is everybody's and is not kept", async () => {
  const { ask, jobs } = setUp();
  const both = [ask(), ask()];
  jobs[0]?.reject(new Error("no"));
  for (const one of both) await assert.rejects(one, /no/);
  const again = ask();
  jobs[1]?.resolve(1);
  assert.equal(await again, 1);
});

test("a caller that goes leaves the others their work", async () => {
  const { ask, jobs } = setUp();
  const caller = new AbortController();
  const leaving = ask(caller.signal);
  const staying = ask();
  caller.abort();
  await assert.rejects(leaving, isCancelled);
  assert.equal(jobs[0]?.signal.aborted, false);
  jobs[0]?.resolve(5);
  assert.equal(await staying, 5);
});

test("the last one who goes ends the work, and the next does not join what is ending", async () => {
  const { ask, jobs } = setUp();
  const callers = [new AbortController(), new AbortController()];
  const asked = callers.map(({ signal }) => ask(signal));
  for (const caller of callers) caller.abort();
  for (const one of asked) await assert.rejects(one, isCancelled);
  assert.equal(jobs[0]?.signal.aborted, true);
  const next = ask();
  jobs[0]?.reject(new Error("ended"));
  jobs[1]?.resolve(3);
  assert.equal(await next, 3);
});

test("who has gone before does not start it", async () => {
  const { ask, jobs } = setUp();
  await assert.rejects(ask(AbortSignal.abort()), isCancelled);
  assert.equal(jobs.length, 0);
});
