import assert from "node:assert/strict";
import { Duplex } from "node:stream";
import { test } from "node:test";
import type { Container } from "../../model/container.ts";
import { CriError } from "../../model/error.ts";
import { containerId } from "../../model/ids.ts";
import type { Clock, Log } from "../../model/ports.ts";
import type { DockerApi } from "./client.ts";
import { DockerIo } from "./docker-io.ts";
import type { DockerRequest } from "./docker-request.ts";
import { errorOfAnswer } from "./errors.ts";

const container = { id: containerId("a".repeat(64)) } as Container;
const request = { command: ["cmd", "secret"], timeoutMillis: undefined, maxOutputBytes: 100 };
const { signal } = new AbortController();

function frame(text: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = 1;
  header.writeUInt32BE(text.length, 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

const log: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: (message) => assert.fail(message),
  error: (message) => assert.fail(message),
  child: () => log,
};

const dialer = { connect: () => assert.fail("nobody connects here") };

interface State {
  exitCode?: number | null;
  refusesStart?: boolean;
  lost?: boolean;
  /** The call that gets no answer. */
  hangsAt?: "create" | "start";
  /** The next question gets no answer in time. */
  timesOut?: boolean;
}

/** An engine in which one command runs; time passes only by sleeping. */
function setUp(state: State = {}) {
  const calls: string[] = [];
  const env: string[] = [];
  const output = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
  let millis = 0;
  const clock: Clock = {
    nowNanos: () => 0n,
    monotonicMillis: () => millis,
    sleep: async (by, own) => {
      await new Promise(setImmediate);
      own?.throwIfAborted();
      millis += by;
    },
  };
  const api = {
    call: async ({ method, path, body }: DockerRequest, own: AbortSignal) => {
      calls.push(`${method} ${path}`);
      if (path.startsWith("/containers/")) {
        if (state.hangsAt === "create") await unanswered(own);
        env.push(...(body as { readonly Env: readonly string[] }).Env);
        return { Id: "e1" };
      }
      if (state.timesOut === true) {
        state.timesOut = false;
        throw new CriError("DeadlineExceeded", "docker did not answer");
      }
      if (state.lost === true) throw errorOfAnswer(404, '{"message":"No such exec"}');
      const exitCode = state.exitCode ?? null;
      return { Pid: 7, Running: exitCode === null, ExitCode: exitCode };
    },
    hijack: async ({ method, path }: DockerRequest, own: AbortSignal) => {
      calls.push(`${method} ${path}`);
      if (state.hangsAt === "start") await unanswered(own);
      if (state.refusesStart === true) throw errorOfAnswer(409, '{"message":"is not running"}');
      own.addEventListener("abort", () => output.destroy(), { once: true });
      return output;
    },
  } as unknown as DockerApi;
  // No process of that number: there is nothing to kill on the host.
  const io = new DockerIo({ api, clock, log, pidOf: () => 2 ** 30, dialer });
  return { io, calls, env, output, state };
}

function unanswered(own: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    own.addEventListener("abort", () => reject(own.reason), { once: true });
  });
}

const failsAs = (kind: string, text: RegExp) => (thrown: unknown) => {
  assert.ok(thrown instanceof CriError);
  assert.deepEqual([thrown.kind, text.test(thrown.message)], [kind, true], thrown.message);
  assert.doesNotMatch(thrown.message, /secret/);
  return true;
};

test("with its event a command costs two calls", async () => {
  const { io, calls, env, output } = setUp();
  const running = io.execSync(container, request, signal);
  await new Promise(setImmediate);
  output.push(frame("hello"));
  output.push(null);
  io.noteExecDied("e1", 3);
  const result = await running;
  assert.deepEqual([result.exitCode, Buffer.from(result.stdout).toString()], [3, "hello"]);
  assert.deepEqual(calls, [`POST /containers/${container.id}/exec`, "POST /exec/e1/start"]);
  assert.match(env.join(), /^CRI_FERRY_EXEC=[0-9a-f]{16}$/);
});

test("without its event docker is asked once", async () => {
  const { io, calls, output } = setUp({ exitCode: 4 });
  const running = io.execSync(container, request, signal);
  output.push(null);
  assert.equal((await running).exitCode, 4);
  assert.equal(calls.filter((call) => call === "GET /exec/e1/json").length, 1);
});

test("a process that lives on without output is waited for", async () => {
  const { io, output, state } = setUp();
  const running = io.execSync(container, request, signal);
  output.push(null);
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
  state.exitCode = 0;
  assert.equal((await running).exitCode, 0);
});

test("output that others hold open is not waited for", async () => {
  const { io, output } = setUp();
  const running = io.execSync(container, request, signal);
  await new Promise(setImmediate);
  output.push(frame("part"));
  io.noteExecDied("e1", 0);
  assert.equal(Buffer.from((await running).stdout).toString(), "part");
  assert.equal(output.destroyed, true);
});

test("an event of another command ends nothing", async () => {
  const { io, output } = setUp({ exitCode: 9 });
  const running = io.execSync(container, request, signal);
  io.noteExecDied("e2", 1);
  output.push(null);
  assert.equal((await running).exitCode, 9);
});

test("a start that docker refuses is told at once, with nothing to chase", async () => {
  const { io, calls } = setUp({ refusesStart: true });
  await assert.rejects(
    io.execSync(container, request, signal),
    failsAs("FailedPrecondition", /not running/),
  );
  assert.equal(calls.length, 2);
});

test("a command that docker has forgotten is Unavailable", async () => {
  const { io, output } = setUp({ lost: true });
  const running = io.execSync(container, request, signal);
  output.push(null);
  await assert.rejects(running, failsAs("Unavailable", /docker lost the command "cmd"/));
});

test("past the timeout the connection is closed and DeadlineExceeded told", async () => {
  const { io, output, state } = setUp();
  const running = io.execSync(container, { ...request, timeoutMillis: 5 }, signal);
  output.on("close", () => (state.exitCode = 137));
  await assert.rejects(
    running,
    failsAs("DeadlineExceeded", /^command "cmd" did not end within 0.005s$/),
  );
  assert.equal(output.destroyed, true);
});

for (const hangsAt of ["create", "start"] as const) {
  test(`a command that a hung docker never started is no failed probe: it hangs at ${hangsAt}`, async () => {
    const { io } = setUp({ hangsAt, lost: true });
    await assert.rejects(
      io.execSync(container, { ...request, timeoutMillis: 5 }, signal),
      failsAs("Unavailable", /^docker did not start command "cmd" within 0.005s$/),
    );
  });
}

test("a call that docker left unanswered is no end of the command's time", async () => {
  const { io, output, state } = setUp();
  const running = io.execSync(container, request, signal);
  Object.assign(state, { timesOut: true, exitCode: 0 });
  output.push(null);
  await assert.rejects(running, failsAs("Unavailable", /^command "cmd": .*did not answer/));
});

test("a container that does not run is not even asked for", async () => {
  const { calls } = setUp();
  const api = { call: () => assert.fail("called") } as unknown as DockerApi;
  const clock = {} as Clock;
  const io = new DockerIo({ api, clock, log, pidOf: () => undefined, dialer });
  await assert.rejects(
    io.execSync(container, request, signal),
    failsAs("FailedPrecondition", /does not run/),
  );
  assert.deepEqual(calls, []);
});
