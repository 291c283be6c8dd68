import assert from "node:assert/strict";
import { text } from "node:stream/consumers";
import type { ContainerRecord } from "../../src/backends/backend.ts";
import type { ContainerConfig } from "../../src/model/container.ts";
import { CriError } from "../../src/model/error.ts";
import { type FakeClient, fakeClient } from "../fakes/stream-session.ts";
import { eventually } from "../harness/eventually.ts";
import { type BackendUnderTest, create, type It, runPod, signal } from "./under-test.ts";

/** What every engine promises of streams. */
export function describeIo(it: It): void {
  it("a command gets the client's input to its end, and the client its output and exit code", async (under) => {
    await using box = await running(under, "exec-echo", { command: under.commands.runs });
    const client = fakeClient();
    client.stdin.end("one\ntwo");
    assert.equal(await exec(under, box, { command: under.commands.echoes, client }), 0);
    assert.equal(client.stdout(), "one\ntwo");
    assert.equal(await exec(under, box, { command: under.commands.endsWith(7) }), 7);
  });

  it("a command's two outputs are told apart, and what was not asked for is dropped", async (under) => {
    await using box = await running(under, "exec-outputs", { command: under.commands.runs });
    const command = under.commands.says("out", "err");
    const both = fakeClient({ stdin: false });
    assert.equal(await exec(under, box, { command, client: both }), 0);
    assert.deepEqual([both.stdout(), both.stderr()], ["out", "err"]);
    const one = fakeClient({ stdin: false, stdout: false });
    assert.equal(await exec(under, box, { command, client: one }), 0);
    assert.deepEqual([one.stdout(), one.stderr()], ["", "err"]);
  });

  it("a command that cannot be started has a shell's exit code and the engine's words", async (under) => {
    await using box = await running(under, "exec-missing", { command: under.commands.runs });
    const client = fakeClient({ stdin: false });
    const code = await exec(under, box, { command: under.commands.cannotRun, client });
    assert.ok([126, 127].includes(code), `${code}`);
    assert.notEqual(client.stdout() + client.stderr(), "");
  });

  it(
    "a terminal has the newest of the client's sizes",
    async (under) => {
      await using box = await running(under, "exec-sizes", { command: under.commands.runs });
      const client = fakeClient({ tty: true });
      client.resize({ width: 77, height: 33 });
      const leaving = new AbortController();
      const command = under.commands.tellsSizes;
      const left = leaving.signal;
      const ended = exec(under, box, { command, client, left }).catch(() => undefined);
      await eventually("the first size", () => client.stdout().includes("33 77") || undefined);
      client.resize({ width: 120, height: 40 });
      await eventually("the next size", () => client.stdout().includes("40 120") || undefined);
      leaving.abort();
      client.end();
      await ended;
    },
    "terminals",
  );

  it("a client that leaves ends its command", async (under) => {
    await using box = await running(under, "exec-leave", { command: under.commands.runs });
    const leaving = new AbortController();
    const ended = exec(under, box, { command: under.commands.runs, left: leaving.signal });
    leaving.abort();
    await assert.rejects(ended, isKind("Cancelled"));
  });

  it(
    "attach joins the container's streams, and leaving it leaves the container alone",
    async (under) => {
      const settings = { command: under.commands.echoes, stdin: true };
      await using box = await running(under, "attach", settings);
      const first = fakeClient();
      const leaving = new AbortController();
      const left = attach(under, box, { client: first, left: leaving.signal });
      first.stdin.write("hello\n");
      await eventually("the echo", () => first.stdout().includes("hello") || undefined);
      first.stdin.end();
      leaving.abort();
      await assert.rejects(left, isKind("Cancelled"));
      const second = fakeClient();
      const again = attach(under, box, { client: second });
      second.stdin.write("again\n");
      await eventually("the echo", () => second.stdout().includes("again") || undefined);
      await under.backend.containers.stop(box.container, 0, signal());
      await again;
    },
    "attach",
  );

  it(
    "with stdinOnce the end of the client's input is the container's, whose end ends attach",
    async (under) => {
      const settings = { command: under.commands.echoes, stdin: true, stdinOnce: true };
      await using box = await running(under, "attach-once", settings);
      const client = fakeClient();
      client.stdin.end("only");
      await attach(under, box, { client });
      assert.equal(client.stdout(), "only");
    },
    "attach",
  );

  it("a connection reaches a port of the pod, with both halves; a port that nobody has is refused", async (under) => {
    const settings = { command: under.commands.listens };
    await using box = await running(under, "connect", settings);
    const { io } = under.backend;
    const connection = await eventually("a listener", () =>
      io.connect(box.sandbox, under.echoPort, signal()).catch(() => undefined),
    );
    connection.end("to the end");
    assert.equal(await text(connection), "to the end");
    await assert.rejects(io.connect(box.sandbox, 9, signal()), isKind("Unavailable"));
  });
}

type Box = Awaited<ReturnType<typeof running>>;

/** A pod with one container that runs. */
async function running(under: BackendUnderTest, name: string, change: Partial<ContainerConfig>) {
  await using stack = new AsyncDisposableStack();
  const pod = stack.use(await runPod(under.backend, name));
  const { sandbox } = pod.record;
  const { container }: ContainerRecord = stack.use(await create(under, pod.record, change));
  await under.backend.containers.start(container, sandbox, signal());
  const life = stack.move();
  return { sandbox, container, [Symbol.asyncDispose]: () => life.disposeAsync() };
}

interface Attach {
  readonly client: FakeClient;
  /** Aborts when the client leaves; undefined: it stays. */
  readonly left?: AbortSignal;
}

interface Exec extends Partial<Attach> {
  readonly command: readonly string[];
}

async function exec(
  { backend }: BackendUnderTest,
  { container }: Box,
  { command, client = fakeClient({ stdin: false }), left = signal() }: Exec,
): Promise<number> {
  const { streams, session } = client;
  const limit = AbortSignal.any([left, signal()]);
  return await backend.io.exec(container, { command, streams, session }, limit);
}

async function attach(
  { backend }: BackendUnderTest,
  { container }: Box,
  { client, left = signal() }: Attach,
): Promise<void> {
  const { streams, session } = client;
  const limit = AbortSignal.any([left, signal()]);
  await backend.io.attach(container, { streams, session }, limit);
}

const isKind = (kind: string) => (thrown: unknown) => {
  assert.ok(thrown instanceof CriError, String(thrown));
  assert.equal(thrown.kind, kind, thrown.message);
  return true;
};
