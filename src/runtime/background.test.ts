import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { silentLog } from "../../test/integration/silent-log.ts";
import { Background } from "./background.ts";

test("of a thousand pieces of work sixteen are done at a time, and all in the end", async () => {
  const background = new Background(silentLog);
  let [running, most, done] = [0, 0, 0];
  for (let n = 0; n < 1_000; n += 1) {
    background.startInTurn("not done", {}, async () => {
      running += 1;
      most = Math.max(most, running);
      await setImmediate();
      running -= 1;
      done += 1;
      if (n % 3 === 0) throw new Error("one of many");
    });
  }
  await background.settled();
  assert.deepEqual([most, done], [16, 1_000]);
});
