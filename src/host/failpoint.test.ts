import assert from "node:assert/strict";
import { test } from "node:test";
import { CriError } from "../model/error.ts";
import { exec } from "./exec.ts";
import { failpoint, parseFailpoints } from "./failpoint.ts";

test("every action is read", () => {
  assert.deepEqual(
    [...parseFailpoints("a.b=kill, c=hang,d=error,e=sleep:20,")],
    [
      ["a.b", { type: "kill" }],
      ["c", { type: "hang" }],
      ["d", { type: "error" }],
      ["e", { type: "sleep", millis: 20 }],
    ],
  );
});

for (const text of ["a", "a=", "a=explode", "a=sleep", "a=sleep:x", "=kill"]) {
  test(`${JSON.stringify(text)} is refused`, () => {
    assert.throws(() => parseFailpoints(text), CriError);
  });
}

test("without the variable a failpoint is nothing", () => {
  assert.equal(failpoint("any.step"), undefined);
});

const run = (action: string, code: string) =>
  exec(process.execPath, ["--input-type=module", "-e", code], {
    signal: AbortSignal.timeout(30_000),
    timeoutMillis: 20_000,
    cwd: import.meta.dirname,
    env: { CRI_FERRY_FAILPOINTS: `step=${action}` },
  });
const importing = `import { failpoint } from "${import.meta.dirname}/failpoint.ts";`;

test("kill ends the process as SIGKILL does, at the step and not before", async () => {
  const result = await run(
    "kill",
    `${importing} console.log("before"); await failpoint("step"); console.log("after");`,
  );
  assert.deepEqual([result.exitCode, result.stdout.toString()], [137, "before\n"]);
});

test("error throws at the step", async () => {
  const code = `${importing} await failpoint("step").catch((e) => console.log(e.kind, e.message));`;
  assert.equal((await run("error", code)).stdout.toString(), "Internal failpoint step\n");
});
