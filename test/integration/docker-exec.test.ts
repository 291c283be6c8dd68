import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import type { ExecSyncRequest, ExecSyncResult } from "../../src/backends/backend.ts";
import { DockerIo, type DockerIoOptions } from "../../src/backends/docker/docker-io.ts";
import { openEvents } from "../../src/backends/docker/event-stream.ts";
import { cgroupOf } from "../../src/host/cgroup.ts";
import { systemClock } from "../../src/host/clock.ts";
import { pidsInCgroup } from "../../src/host/process-table.ts";
import type { Container } from "../../src/model/container.ts";
import { CriError } from "../../src/model/error.ts";
import { containerId } from "../../src/model/ids.ts";
import { readEvent } from "../../src/translate/docker/events.ts";
import { eventually } from "../harness/eventually.ts";
import { dockerApi, importBusybox, type RunningContainer, runContainer } from "./docker-host.ts";
import { silentLog } from "./silent-log.ts";

const api = dockerApi();
const image = "cri-ferry.test/h-exec:1";
const ending = new AbortController();
const { signal } = ending;
let box: RunningContainer;
/** With docker's events, as in service, and without, as when they are lost. */
const options: DockerIoOptions = {
  api,
  clock: systemClock,
  log: silentLog,
  pidOf: () => box.pid,
  dialer: { connect: () => assert.fail("nobody connects here") },
};
const withEvents = new DockerIo(options);
const withoutEvents = new DockerIo(options);
let listening: Promise<void>;

before(async () => {
  await importBusybox(api, image);
  box = await runContainer(api, "cf-h-exec", {
    Image: image,
    // It reaps daemons, as a pod's first process does.
    Cmd: ["sh", "-c", "while :; do sleep 1000000 & wait; done"],
    HostConfig: { NetworkMode: "none" },
  });
  const events = await openEvents(api, systemClock.nowNanos(), signal);
  listening = (async () => {
    for await (const event of events) {
      const happening = readEvent(event);
      if (happening?.type === "execDied")
        withEvents.noteExecDied(happening.execId, happening.exitCode);
    }
  })().catch(() => undefined);
});

after(async () => {
  ending.abort();
  await listening;
  await box[Symbol.asyncDispose]();
  const path = `/images/${image}`;
  await api.call({ method: "DELETE", path }, new AbortController().signal);
  api.close();
});

const container = () => ({ id: containerId(box.id) }) as Container;

function run(
  script: string,
  more: Partial<ExecSyncRequest> & { readonly io?: DockerIo; readonly signal?: AbortSignal } = {},
): Promise<ExecSyncResult> {
  const { io = withEvents, signal: own = signal, ...rest } = more;
  const request = {
    command: ["sh", "-c", script],
    timeoutMillis: 20_000,
    maxOutputBytes: 16 << 20,
    ...rest,
  };
  return io.execSync(container(), request, own);
}

const isKind = (kind: string) => (thrown: unknown) => {
  assert.ok(thrown instanceof CriError, String(thrown));
  assert.equal(thrown.kind, kind, thrown.message);
  return true;
};

/** Command lines of what runs in the container. */
async function inside(): Promise<readonly string[]> {
  const { controllers, unified } = await cgroupOf(box.pid);
  const pids = await pidsInCgroup(controllers.get("memory") ?? unified ?? "");
  return pids.map((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ").trim();
    } catch {
      return "";
    }
  });
}

for (const [name, io] of [
  ["with events", withEvents],
  ["without events", withoutEvents],
] as const) {
  test(`exit code, stdout and stderr come back, ${name}`, async () => {
    const result = await run("echo out; echo err >&2; exit 3", { io });
    assert.deepEqual(
      [
        result.exitCode,
        Buffer.from(result.stdout).toString(),
        Buffer.from(result.stderr).toString(),
      ],
      [3, "out\n", "err\n"],
    );
  });

  test(`a process that closes its output and lives on is waited for, ${name}`, async () => {
    const { exitCode } = await run("exec >&- 2>&-; sleep 1; exit 5", { io });
    assert.equal(exitCode, 5);
  });

  test(`output beyond the bound is read and dropped, ${name}`, async () => {
    const result = await run("head -c 3000000 /dev/zero; head -c 2000 /dev/zero >&2", {
      io,
      maxOutputBytes: 1000,
    });
    assert.deepEqual(
      [result.exitCode, result.stdout.length, result.stderr.length],
      [0, 1000, 1000],
    );
  });
}

test("16 MiB come back whole, in order", async () => {
  const { stdout } = await run("seq 1 2000000");
  const text = Buffer.from(stdout).toString();
  assert.equal(text.length, 14_888_896);
  assert.ok(text.startsWith("1\n2\n3\n") && text.endsWith("\n1999999\n2000000\n"));
});

test("a command that is not there has docker's exit code and words", async () => {
  const result = await withEvents.execSync(
    container(),
    { command: ["no-such-command"], timeoutMillis: 20_000, maxOutputBytes: 1000 },
    signal,
  );
  assert.ok(result.exitCode === 126 || result.exitCode === 127);
  assert.match(Buffer.from(result.stdout).toString(), /no-such-command/);
});

const nasty = [
  ["a plain child", "sleep 4141; true"],
  ["a child in the background", "sleep 4141 & sleep 4141; true"],
  ["a child of its own session", "setsid sleep 4141 & sleep 4141; true"],
  [
    "a daemon: its own session, its parent gone",
    "(setsid sleep 4141 </dev/null >/dev/null 2>&1 &); sleep 4141; true",
  ],
  ["children that ignore SIGTERM", "trap '' TERM; (trap '' TERM; sleep 4141) & sleep 4141; true"],
  ["children with an empty environment", "env -i /bin/sleep 4141 & env -i /bin/sleep 4141; true"],
] as const;

for (const [name, script] of nasty) {
  test(`past the timeout all is gone within a second: ${name}`, async () => {
    const running = run(script, { timeoutMillis: 700 });
    const rejected = assert.rejects(running, isKind("DeadlineExceeded"));
    await eventually("it runs", async () =>
      (await inside()).some((line) => line.includes("4141")) ? true : undefined,
    );
    await rejected;
    assert.deepEqual(
      (await inside()).filter((line) => line.includes("4141")),
      [],
    );
  });
}

test("a tree that keeps forking daemons is gone, too", async () => {
  const script = "while :; do (setsid sleep 4242 </dev/null >/dev/null 2>&1 &); done";
  await assert.rejects(run(script, { timeoutMillis: 700 }), isKind("DeadlineExceeded"));
  assert.deepEqual(
    (await inside()).filter((line) => line.includes("4242")),
    [],
  );
});

test("processes of the container and of other commands are not touched", async () => {
  const other = run("sleep 2; echo lives");
  await assert.rejects(run("sleep 4141", { timeoutMillis: 500 }), isKind("DeadlineExceeded"));
  assert.equal(Buffer.from((await other).stdout).toString(), "lives\n");
  assert.ok((await inside()).includes("sleep 1000000"));
});

test("a caller that goes takes the command with it", async () => {
  const caller = new AbortController();
  const running = run("sleep 4343; true", { signal: caller.signal });
  const rejected = assert.rejects(running, isKind("Cancelled"));
  await eventually("it runs", async () =>
    (await inside()).some((line) => line.includes("4343")) ? true : undefined,
  );
  caller.abort();
  await rejected;
  assert.deepEqual(
    (await inside()).filter((line) => line.includes("4343")),
    [],
  );
});

test("a process that ends is not waited for longer because a daemon holds its stdout", async () => {
  const begun = performance.now();
  const { exitCode, stdout } = await run("setsid sleep 30 & echo $!; exit 4");
  // A bound, not a speed: the daemon would hold it for 30 s.
  assert.ok(performance.now() - begun < 10_000);
  const daemon = Number(Buffer.from(stdout).toString());
  assert.equal(exitCode, 4);
  assert.equal((await run(`kill ${daemon}`)).exitCode, 0);
});

test("a container that does not run is FailedPrecondition", async () => {
  await using gone = await runContainer(api, "cf-h-exec-gone", {
    Image: image,
    Cmd: ["true"],
    HostConfig: { NetworkMode: "none" },
  });
  const path = `/containers/${gone.id}/wait`;
  await api.call({ method: "POST", path }, signal);
  const io = new DockerIo({ ...options, pidOf: () => 4_000_000 });
  const request = { command: ["true"], timeoutMillis: 1000, maxOutputBytes: 10 };
  const { id } = gone;
  await assert.rejects(
    io.execSync({ id: containerId(id) } as Container, request, signal),
    isKind("FailedPrecondition"),
  );
});

test("200 commands leave no process and no descriptor", async () => {
  const descriptors = () => readdirSync("/proc/self/fd").length;
  await run("true");
  const before = descriptors();
  for (let round = 0; round < 20; round += 1) {
    await Promise.all(Array.from({ length: 10 }, () => run("true")));
  }
  assert.ok(descriptors() <= before + 8, `${before} descriptors became ${descriptors()}`);
  assert.deepEqual(
    (await inside()).filter((line) => line === "true" || line.includes("sh -c true")),
    [],
  );
});
