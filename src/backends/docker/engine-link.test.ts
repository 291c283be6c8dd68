import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { silentLog, silentMeter } from "../../../test/fakes/docker-bench.ts";
import { FakeDocker } from "../../../test/fakes/docker-engine.ts";
import { ManualClock } from "../../../test/fakes/manual-clock.ts";
import { EngineLink } from "./engine-link.ts";
import { Mirror } from "./mirror.ts";

const longestPauseMillis = 5_000;

test("work after a connect that never ends holds up neither the next connection nor the end", async () => {
  const docker = new FakeDocker();
  const clock = new ManualClock();
  const show = () => Promise.resolve(undefined);
  const mirror = new Mirror({ api: docker, clock, log: silentLog, meter: silentMeter, show });
  let connects = 0;
  const onConnect = (): Promise<void> => {
    connects += 1;
    return new Promise(() => undefined);
  };
  const link = new EngineLink({ api: docker, mirror, clock, log: silentLog, onConnect });
  const end = new AbortController();
  const running = link.run(end.signal);
  await turnsUntil(() => connects === 1);
  // The stream ends while a ping is under way: the pings then end without an error.
  docker.before = async (call) => {
    if (call !== "GET /_ping") return;
    docker.disconnect();
    await turns(10);
  };
  clock.advance(longestPauseMillis);
  await turnsUntil(() => !link.condition().ok);
  clock.advance(longestPauseMillis);
  await turnsUntil(() => connects === 2);
  assert.equal(link.condition().ok, true);
  end.abort();
  await running;
});

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await setImmediate();
}

/** Fails after more turns of the event loop than the fakes could need. */
async function turnsUntil(isTrue: () => boolean): Promise<void> {
  for (let turn = 0; turn < 200; turn++) {
    if (isTrue()) return;
    await setImmediate();
  }
  assert.fail(`not so after 200 turns: ${isTrue.toString()}`);
}
