import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "../../harness/eventually.ts";
import { processes } from "../../harness/processes.ts";
import { createContainer, exec, runToEnd, sharedPod, startContainer, uniqueName } from "../pod.ts";
import { notFound, refused } from "../refusal.ts";
import { needs, runtime } from "../subject.ts";

const pod = sharedPod();
let started: Promise<string> | undefined;

/** The container that all tests of this file share. */
function shared(): Promise<string> {
  started ??= startContainer(pod(), {
    workingDir: "/var",
    envs: [{ key: "MARK", value: Buffer.from("m") }],
  });
  return started;
}

async function run(script: string, timeout = 30) {
  return runtime("ExecSync", { containerId: await shared(), cmd: ["sh", "-c", script], timeout });
}

test("gives both outputs and the exit code, which is no error", async () => {
  const result = await exec(await shared(), ["sh", "-c", "echo out; echo err >&2; exit 5"]);
  assert.deepEqual(result, { exitCode: 5, stdout: "out\n", stderr: "err\n" });
});

test("runs in the container's environment, folder and hostname", async () => {
  const { stdout } = await exec(await shared(), ["sh", "-c", "echo $MARK $PWD; hostname"]);
  assert.equal(stdout, `m /var\n${pod().config.hostname}\n`);
});

test("gives bytes as they are", async () => {
  const { stdout } = await run("printf '\\000\\377\\r\\n\\303'");
  assert.deepEqual([...stdout], [0, 255, 13, 10, 195]);
});

test("gives a megabyte whole", async () => {
  const { stdout } = await run("head -c 1048576 /dev/zero");
  assert.equal(stdout.length, 1 << 20);
});

test("cuts what is over 16 MiB and answers", needs("exec-cap"), async () => {
  const { stdout, exitCode } = await run("head -c 20000000 /dev/zero");
  assert.ok(stdout.length > 8 << 20 && stdout.length <= 16 << 20, `${stdout.length} bytes`);
  assert.equal(exitCode, 0);
});

test("without a timeout waits for the end", async () => {
  const { stdout } = await run("sleep 1; echo done", 0);
  assert.equal(stdout.toString(), "done\n");
});

test("past its timeout is DeadlineExceeded", needs("exec-timeout"), async () => {
  await assert.rejects(run("sleep 30", 1), { kind: "DeadlineExceeded" });
});

test(
  "past its timeout is killed though it has emptied its environment",
  needs("exec-timeout"),
  async () => {
    const mark = `45${process.pid}`;
    await assert.rejects(run(`exec env -i sleep ${mark}`, 1));
    await eventually("no process is left", () => {
      const left = processes().filter(({ command }) => command.includes(`sleep ${mark}`));
      return left.length === 0 ? true : undefined;
    });
  },
);

test("past its timeout is killed with all its children", needs("exec-tree"), async () => {
  const mark = `46${process.pid}`;
  await assert.rejects(run(`setsid sleep ${mark} & sleep ${mark}; true`, 1));
  await eventually("no process is left", () => {
    const left = processes().filter(({ command }) => command.includes(`sleep ${mark}`));
    return left.length === 0 ? true : undefined;
  });
});

test(
  "answers when the command ends though a child holds its output",
  needs("exec-drain"),
  async () => {
    const started = performance.now();
    const { stdout } = await run("sleep 47 & echo parent");
    assert.equal(stdout.toString(), "parent\n");
    assert.ok(performance.now() - started < 40_000, "the child was not waited for");
  },
);

test("of a missing command fails, or tells an exit code of a shell", async () => {
  const cmd = [`/${uniqueName("missing")}`];
  const outcome = await runtime("ExecSync", {
    containerId: await shared(),
    cmd,
    timeout: 10,
  }).catch(() => undefined);
  if (outcome !== undefined) assert.ok([126, 127, 128].includes(outcome.exitCode));
});

test("many at once keep their outputs apart", async () => {
  const numbers = Array.from({ length: 8 }, (_, index) => index);
  const results = await Promise.all(
    numbers.map(async (n) => exec(await shared(), ["sh", "-c", `echo ${n}; exit ${n}`])),
  );
  assert.deepEqual(
    results.map(({ exitCode, stdout }) => [exitCode, stdout]),
    numbers.map((n) => [n, `${n}\n`]),
  );
});

test("needs a container that runs", async () => {
  const cmd = ["true"];
  const created = await createContainer(pod());
  await refused(runtime("ExecSync", { containerId: created, cmd }), "FailedPrecondition");
  const { id } = await runToEnd(pod(), { command: ["true"] });
  await refused(runtime("ExecSync", { containerId: id, cmd }), "FailedPrecondition");
  await notFound(runtime("ExecSync", { containerId: "f".repeat(64), cmd }));
});

test("needs a command", async () => {
  await refused(runtime("ExecSync", { containerId: await shared(), cmd: [] }), "InvalidArgument");
});
