import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { cli, startCliNode } from "../../test/fakes/command-line.ts";
import { verbs } from "./verbs.ts";

test("without a verb the overview names every verb; asked for, that is a success", async () => {
  const { out, code } = await cli("--help");
  assert.equal(code, 0);
  for (const name of verbs.keys()) assert.match(out, new RegExp(`^  ${name} `, "m"));
  assert.equal((await cli()).code, 2);
});

test("every verb explains itself", async () => {
  for (const name of verbs.keys()) {
    const { out, err, code } = await cli(name, "-h");
    assert.deepEqual([code, err], [0, ""], name);
    assert.match(out, new RegExp(`^cri-ferry ${name}\\b`));
    assert.match(out, /-h, --help/);
  }
});

const misuses: readonly (readonly [readonly string[], RegExp])[] = [
  [["sp"], /there is no verb "sp"; did you mean ps\?/],
  [["ps", "--outptu", "json"], /unknown flag --outptu; did you mean --output\?/],
  [["ps", "--output", "xml"], /--output must be text or json, not "xml"/],
  [["ps", "--timeout", "soon"], /--timeout must be a number of seconds/],
  [["ps", "extra"], /usage: cri-ferry ps/],
  [["exec", "only-a-container"], /usage: cri-ferry exec .*CONTAINER -- COMMAND/],
  [["stop"], /usage: cri-ferry stop/],
  [["stop", "--grace", "-1", "x"], /--grace/],
  [["config", "chekc"], /usage: cri-ferry config/],
];
for (const [args, message] of misuses) {
  test(`a usage error is one line and code 2: ${args.join(" ")}`, async () => {
    const { code, out, err } = await cli(...args);
    assert.equal(code, 2);
    assert.equal(out, "");
    assert.match(err, message);
    assert.match(err, /^cri-ferry: [^\n]+\n$/);
  });
}

test("an endpoint that nobody serves is a failure of one line", async () => {
  const { code, err } = await cli("ps", "--endpoint", "unix:///nonexistent/cri.sock");
  assert.equal(code, 1);
  assert.match(err, /^cri-ferry: [^\n]+\n$/);
  assert.equal((await cli("ps", "--endpoint", "tcp://x:1")).code, 1);
});

test("version tells ours", async () => {
  assert.match((await cli("version")).out, /^cri-ferry 1\.2\.3 \(CRI v1, Node \d/);
});

test("config check tells every problem on a line of its own", async (t) => {
  const { folder } = await startCliNode(t);
  const file = join(folder, "wrong.toml");
  await writeFile(file, 'a = 1\n[log]\nlevel = "loud"\n');
  const wrong = await cli("config", "check", file);
  assert.equal(wrong.code, 1);
  assert.match(
    wrong.err,
    /^\S+wrong\.toml:1: a is not a setting\n\S+wrong\.toml:3: log\.level must/,
  );
  const printed = await cli("config", "default");
  await writeFile(file, printed.out);
  assert.deepEqual(await cli("config", "check", file), {
    code: 0,
    out: `${file} is right\n`,
    err: "",
  });
  assert.match((await cli("config", "check", join(folder, "none"))).err, /none/);
});

test("serve hands its settings to the daemon: the file's, and flags over them", async (t) => {
  const { folder } = await startCliNode(t);
  const failed = await cli("serve", "--config", join(folder, "none.toml"));
  assert.equal(failed.code, 1);
  assert.match((await cli("serve", "--backend", "podman")).err, /--backend must be "auto"/);
  assert.match((await cli("serve", "--log-level", "debug")).err, /serve was called/);
});
