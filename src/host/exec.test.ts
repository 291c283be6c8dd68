import assert from "node:assert/strict";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { test } from "node:test";
import { eventually } from "../../test/harness/eventually.ts";
import { CriError } from "../model/error.ts";
import { type ExecOptions, exec } from "./exec.ts";

const quick = (more: Partial<ExecOptions> = {}): ExecOptions => ({
  signal: AbortSignal.timeout(20_000),
  timeoutMillis: 10_000,
  ...more,
});

const failsAs = (kind: string, text: RegExp) => (thrown: unknown) => {
  assert.ok(thrown instanceof CriError);
  assert.equal(thrown.kind, kind);
  assert.match(thrown.message, text);
  return true;
};

function isAlive(pid: number): boolean {
  if (!existsSync(`/proc/${pid}`)) return false;
  return !/^State:\s*[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "latin1"));
}

test("exit code, stdout and stderr come back as they are", async () => {
  const result = await exec("sh", ["-c", "echo out; echo err >&2; exit 3"], quick());
  assert.deepEqual(
    { code: result.exitCode, out: result.stdout.toString(), err: result.stderr.toString() },
    { code: 3, out: "out\n", err: "err\n" },
  );
});

test("the child gets input, environment and folder", async () => {
  const script = 'cat; printf \' %s %s\' "$CF_TEST" "$PWD"';
  const options = quick({ input: "hello", env: { CF_TEST: "there" }, cwd: "/usr" });
  const { stdout } = await exec("sh", ["-c", script], options);
  assert.equal(stdout.toString(), "hello there /usr");
});

test("a child that does not read its large input is no failure", async () => {
  const result = await exec("true", [], quick({ input: Buffer.alloc(4 << 20) }));
  assert.equal(result.exitCode, 0);
});

test("a death by signal is 128 and the signal's number", async () => {
  const result = await exec("sh", ["-c", "kill -KILL $$"], quick());
  assert.equal(result.exitCode, 137);
});

test("a program that does not exist is NotFound and named", async () => {
  await assert.rejects(exec("/no/such-program", [], quick()), failsAs("NotFound", /such-program/));
});

test("a file that is no program is an error that names it", async () => {
  await assert.rejects(exec("/etc/passwd", [], quick()), failsAs("Internal", /^passwd: /));
});

test("an argument that no program can take is an error, not a crash", async () => {
  await assert.rejects(exec("echo", ["a\0b"], quick()), failsAs("Internal", /^echo: /));
});

test("past its deadline the whole process group is gone", async (t) => {
  const pids: number[] = [];
  const script = "sleep 1000 & echo $! >&3; echo $$ >&3; wait";

  const folder = mkdtempSync("/tmp/cri-ferry-exec-");
  t.after(() => rmSync(folder, { recursive: true }));
  const path = `${folder}/pids`;
  const fd = openSync(path, "w");
  const options = quick({ timeoutMillis: 2_000, inheritedFd: fd });
  await assert.rejects(
    exec("sh", ["-c", script], options),
    failsAs("DeadlineExceeded", /^sh did not end/),
  );
  closeSync(fd);
  pids.push(...readFileSync(path, "latin1").trim().split("\n").map(Number));
  assert.equal(pids.length, 2);
  // The orphan is init's to reap.
  for (const pid of pids) await eventually("its end", () => !isAlive(pid) || undefined);
});

test("an abort ends the child with Cancelled", async () => {
  const controller = new AbortController();
  const running = exec("sleep", ["1000"], quick({ signal: controller.signal }));
  controller.abort();
  await assert.rejects(running, failsAs("Cancelled", /^sleep was stopped/));
});

test("nothing is started for a signal that has aborted", async () => {
  const running = exec("/no/such-program", [], quick({ signal: AbortSignal.abort() }));
  await assert.rejects(running, failsAs("Cancelled", /such-program/));
});

test("too much output ends the child", async () => {
  const running = exec("yes", [], quick({ maxOutputBytes: 1000 }));
  await assert.rejects(running, failsAs("ResourceExhausted", /^yes wrote more than 1000 bytes/));
});

test("output of exactly the bound is kept whole", async () => {
  const { stdout } = await exec(
    "head",
    ["-c", "1000", "/dev/zero"],
    quick({ maxOutputBytes: 1000 }),
  );
  assert.equal(stdout.length, 1000);
});

test("a grandchild that keeps the pipes open does not hold the result back", async () => {
  const { stdout, exitCode } = await exec("sh", ["-c", "sleep 30 & echo $!"], quick());
  assert.equal(exitCode, 0);
  process.kill(Number(stdout.toString()), "SIGKILL");
});

test("no child and no listener is left over", async () => {
  const { signal } = new AbortController();
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = ((...args: Parameters<typeof add>) => {
    listeners += 1;
    add(...args);
  }) as typeof signal.addEventListener;
  signal.removeEventListener = ((...args: Parameters<typeof remove>) => {
    listeners -= 1;
    remove(...args);
  }) as typeof signal.removeEventListener;
  await exec("true", [], quick({ signal }));
  assert.equal(listeners, 0);
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, "latin1");
  for (const pid of children.split(" ").filter(Boolean)) assert.equal(isAlive(Number(pid)), true);
});
