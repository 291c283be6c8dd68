import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { test } from "node:test";

const log = JSON.stringify(new URL("log.ts", import.meta.url).href);

for (const format of ["json", "pretty"]) {
  void test(`a ${format} log that cannot be written ends nothing`, () => {
    // Every write to it fails as on a full disk (full(4)).
    const full = openSync("/dev/full", "w");
    const script = `
      const { createLog } = await import(${log});
      const log = createLog({ level: "info", format: "${format}" });
      for (let line = 0; line < 50; line += 1) log.info("lost", { line });
      await new Promise(setImmediate);
      console.log("alive");`;
    const args = ["--input-type=module", "--eval", script];
    const { stdout, status } = spawnSync(process.execPath, args, {
      stdio: ["ignore", "pipe", full],
      encoding: "utf8",
    });
    closeSync(full);
    assert.deepEqual([status, stdout], [0, "alive\n"]);
  });

  void test(`a ${format} log has its message and fields on stderr`, () => {
    const script = `(await import(${log})).createLog({ level: "info", format: "${format}" }).warn("said", { size: 12n });`;
    const { stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
      encoding: "utf8",
    });
    assert.match(stderr, /said/);
    assert.match(stderr, /size\W+12/);
  });
}
