import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { type TestContext, test } from "node:test";
import { CriError } from "../model/error.ts";
import { exec } from "./exec.ts";
import { lockFile } from "./lock.ts";

async function lockPath(t: TestContext): Promise<string> {
  const folder = await mkdtemp("/tmp/cri-ferry-lock-");
  t.after(() => rm(folder, { recursive: true }));
  return `${folder}/lock`;
}

test("a second taker is refused by the holder's pid until the first lets go", async (t) => {
  const path = await lockPath(t);
  {
    await using _ = await lockFile(path);
    await assert.rejects(
      lockFile(path),
      (thrown) =>
        thrown instanceof CriError &&
        thrown.kind === "FailedPrecondition" &&
        thrown.message === `${path} is held by pid ${process.pid}`,
    );
  }
  await using _again = await lockFile(path);
});

test("the lock of a process that died is free", async (t) => {
  const path = await lockPath(t);
  const code = `import { lockFile } from "${import.meta.dirname}/lock.ts";
    const held = await lockFile("${path}"); console.log(held !== undefined); process.kill(process.pid, "SIGKILL");`;
  const result = await exec(process.execPath, ["--input-type=module", "-e", code], {
    signal: AbortSignal.timeout(30_000),
    timeoutMillis: 20_000,
  });
  assert.deepEqual([result.exitCode, result.stdout.toString()], [137, "true\n"]);
  await using _ = await lockFile(path);
});

test("a lock in a folder that does not exist names its path", async (t) => {
  const path = `${await lockPath(t)}/no/lock`;
  await assert.rejects(
    lockFile(path),
    (thrown) => thrown instanceof CriError && thrown.message.includes(path),
  );
});
