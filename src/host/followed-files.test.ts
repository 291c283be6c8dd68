import assert from "node:assert/strict";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { eventually } from "../../test/harness/eventually.ts";
import type { Log } from "../model/ports.ts";
import { systemClock } from "./clock.ts";
import { followFiles } from "./followed-files.ts";

async function bench() {
  const folder = await mkdtemp(join(tmpdir(), "cf-followed-"));
  const file = join(folder, "token");
  const used: string[] = [];
  const warnings: unknown[] = [];
  const log: Log = {
    debug: () => undefined,
    info: () => undefined,
    warn: (_, fields) => warnings.push(fields?.["err"]),
    error: () => undefined,
    child: () => log,
  };
  const use = ({ token }: { readonly token: string }): void => {
    if (token === "bad") throw new Error("it is no good");
    used.push(token);
  };
  const options = { files: { token: file }, setting: "a.token", use, clock: systemClock, log };
  return {
    file,
    used,
    warnings,
    options: { ...options, intervalMillis: 5 },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

test("files that cannot be used at first are refused, and the setting is named", async () => {
  await using at = await bench();
  const kind = { name: "CriError", kind: "FailedPrecondition" };
  await assert.rejects(followFiles(at.options), { ...kind, message: /^a\.token .*ENOENT/ });
  await writeFile(at.file, "bad");
  await assert.rejects(followFiles(at.options), { ...kind, message: /it is no good$/ });
});

test("what changes is used, and what was in use stays while the change is no good", async () => {
  await using at = await bench();
  await writeFile(at.file, "one");
  await using _following = await followFiles(at.options);
  assert.deepEqual(at.used, ["one"]);
  await writeFile(`${at.file}.new`, "two");
  await rename(`${at.file}.new`, at.file);
  await eventually("the second is used", () => (at.used.length === 2 ? true : undefined));
  await writeFile(at.file, "bad");
  await eventually("a warning", () => (at.warnings.includes("it is no good") ? true : undefined));
  await rm(at.file);
  await eventually("another", () => (/ENOENT/.test(String(at.warnings.at(-1))) ? true : undefined));
  await writeFile(at.file, "three");
  await eventually("the last is used", () => (at.used.at(-1) === "three" ? true : undefined));
});

test("a change that could not be taken once is tried again, with one warning", async () => {
  await using at = await bench();
  await writeFile(at.file, "one");
  let failures = 0;
  const use = ({ token }: { readonly token: string }): void => {
    if (token === "two" && failures < 3) {
      failures += 1;
      throw new Error("too many open files");
    }
    at.used.push(token);
  };
  await using _following = await followFiles({ ...at.options, use });
  await writeFile(`${at.file}.new`, "two");
  await rename(`${at.file}.new`, at.file);
  await eventually("the second is used", () => (at.used.includes("two") ? true : undefined));
  assert.deepEqual(at.warnings, ["too many open files"]);
});
