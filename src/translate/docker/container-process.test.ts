import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleInput } from "../../../test/fixtures/docker-pod.ts";
import type { ContainerConfig } from "../../model/container.ts";
import type { DockerConfig } from "./api.ts";
import { processPart } from "./container-process.ts";

function configOf(config: Partial<ContainerConfig>): DockerConfig {
  return processPart(exampleInput(config)).config ?? {};
}

test("an empty command and empty args leave the image's", () => {
  const config = configOf({});
  assert.equal(config.Entrypoint, undefined);
  assert.equal(config.Cmd, undefined);
});

test("args alone keep the image's entrypoint, a command alone drops the image's args", () => {
  assert.deepEqual(configOf({ args: ["a"] }).Cmd, ["a"]);
  assert.equal(configOf({ args: ["a"] }).Entrypoint, undefined);
  assert.deepEqual(configOf({ command: ["c"] }).Entrypoint, ["c"]);
  assert.equal(configOf({ command: ["c"] }).Cmd, undefined);
});

test("an environment value keeps its bytes, a byte order mark too", () => {
  const value = Buffer.from([0xef, 0xbb, 0xbf, 0x41]);
  assert.deepEqual(configOf({ envs: [{ key: "K", value }] }).Env, ["K=\ufeffA"]);
});

test("an environment value that is not UTF-8 is refused by its name, not shown", () => {
  const value = Buffer.from("secret\xff", "latin1");
  assert.throws(
    () => configOf({ envs: [{ key: "K", value }] }),
    (error: Error) => /envs: the value of K/.test(error.message) && !/secret/.test(error.message),
  );
});

test("names and values that no process can be given are invalid", () => {
  const value = Buffer.from("x");
  for (const key of ["", "a=b", "a\0"])
    assert.throws(() => configOf({ envs: [{ key, value }] }), { kind: "InvalidArgument" });
  const nul = [{ key: "K", value: Buffer.from("a\0b") }];
  assert.throws(() => configOf({ envs: nul }), { kind: "InvalidArgument" });
});

test("stdinOnce means something only with stdin", () => {
  const { OpenStdin, StdinOnce, Tty } = configOf({ stdin: true, stdinOnce: true, tty: true });
  assert.deepEqual([OpenStdin, StdinOnce, Tty], [true, true, true]);
  assert.equal(configOf({ stdinOnce: true }).StdinOnce, false);
});
