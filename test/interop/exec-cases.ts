import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../harness/eventually.ts";
import { processes } from "../harness/processes.ts";
import { awaitSize, deadline, exec, type Scene, shell } from "./scene.ts";
import { beyondPeer } from "./streaming-node.ts";

const bulkBytes = 200 << 20;

/** Exec without a terminal. */
export function execCases(scene: Scene): void {
  const { transport, node } = scene;

  test("exec tells stdout, stderr and the exit code apart", deadline, async () => {
    const answer = await shell(scene, "echo one; echo two >&2; exit 7", { stderr: true });
    assert.equal(answer.error, "");
    assert.equal(answer.exitCode, 7);
    assert.equal(answer.stdout?.text, "one\n");
    assert.equal(answer.stderr?.text, "two\n");
    assert.equal((await shell(scene, "true")).exitCode, 0);
  });

  test("exec gives what a command wrote just before it ended", deadline, async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => shell(scene, "seq 1 20000")),
    );
    assert.deepEqual(
      answers.map(({ exitCode, stdout }) => [exitCode, stdout?.bytes]),
      answers.map(() => [0, 108_894]),
    );
  });

  test("exec of a command that is missing is told as such", deadline, async () => {
    const answer = await exec(scene, { command: ["no-such-command"], stderr: true });
    const said = [answer.error, answer.stdout?.text, answer.stderr?.text].join("\n");
    assert.notEqual(answer.exitCode, 0);
    assert.match(said, /no-such-command.*(?:not found|no such file)/s);
  });

  test("exec takes 200 MiB to the last byte", deadline, async () => {
    const answer = await exec(scene, {
      command: ["sha256sum"],
      stdin: true,
      payloadBytes: bulkBytes,
      hash: true,
    });
    assert.equal(answer.error, "");
    assert.equal(answer.sent?.bytes, bulkBytes);
    assert.equal(answer.stdout?.text, `${answer.sent?.sha256}  -\n`);
  });

  test("exec takes and gives 200 MiB at once", deadline, async () => {
    const answer = await exec(scene, {
      command: ["cat"],
      stdin: true,
      payloadBytes: bulkBytes,
      hash: true,
    });
    assert.equal(answer.error, "");
    assert.equal(answer.stdout?.bytes, bulkBytes);
    assert.equal(answer.stdout?.sha256, answer.sent?.sha256);
  });

  test("exec ends with its stdin, and what it says then still comes", deadline, async () => {
    const steps = [{ write: "a\nb\n" }, { expect: "a" }];
    const answer = await shell(scene, "cat; sleep 0.3; echo end; exit 5", { stdin: true, steps });
    assert.equal(answer.exitCode, 5);
    assert.equal(answer.stdout?.text, "a\nb\nend\n");
  });

  test("exec ends with its command while the client still could write", deadline, async () => {
    const answer = await shell(scene, "read -r line; echo $line", {
      stdin: true,
      steps: [{ write: "once\n" }, { expect: "once" }, { gate: `never-${transport}` }],
    });
    assert.equal(answer.error, "");
    assert.equal(answer.exitCode, 0);
  });

  for (const tty of [false, true]) {
    const name = `exec's process ends when the client ${tty ? "of its terminal " : ""}hangs up`;
    test(name, { ...deadline, ...beyondPeer }, async () => {
      const seconds = `7100${transport.length}${tty ? 1 : 2}`;
      const running = (): boolean =>
        processes().some(({ command }) => command === `sleep ${seconds}`);
      const steps = [{ expect: "begun" }, { hangUp: true }] as const;
      const script = `echo begun; exec sleep ${seconds}`;
      const answer = await shell(scene, script, { tty, stdin: true, steps });
      assert.match(answer.error, /context canceled/);
      await eventually("the process has ended", () => (running() ? undefined : true));
    });
  }

  test("a URL is good for one use", deadline, async () => {
    const { url } = await node().client.runtime(
      "Exec",
      { containerId: node().containerId, cmd: ["true"], stdout: true },
      { timeoutMillis: 10_000 },
    );
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\//);
    assert.equal((await exec(scene, { url })).exitCode, 0);
    assert.match(
      (await exec(scene, { url })).error,
      /404|not found|bad handshake|unable to upgrade/i,
    );
  });
}

/** Exec with a terminal. */
export function terminalCases(scene: Scene): void {
  const { transport } = scene;

  test("exec with a terminal has the client's size, and each new one", deadline, async () => {
    // The size comes on a stream of its own, so that the command must wait for it.
    const script = `${awaitSize(41, 101)}; ${awaitSize(33, 77)}; ${awaitSize(50, 120)}; exit 4`;
    const answer = await shell(scene, script, {
      tty: true,
      stdin: true,
      steps: [
        { resize: [101, 41] },
        { expect: "41 101" },
        { resize: [77, 33] },
        { expect: "33 77" },
        { resize: [120, 50] },
        { expect: "50 120" },
        { gate: `never-${transport}` },
      ],
    });
    assert.equal(answer.error, "");
    assert.equal(answer.exitCode, 4);
  });

  test("exec with a terminal gives both outputs in one", deadline, async () => {
    const answer = await shell(scene, "echo one; echo two >&2; tty; exit 7", { tty: true });
    assert.equal(answer.exitCode, 7);
    assert.match(answer.stdout?.text ?? "", /^one\r\ntwo\r\n\/dev\/pts\/\d+\r\n$/);
  });
}
