import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import type { Readable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { test } from "node:test";
import { RemoteForward } from "../../../src/client/remote-forward.ts";
import { RemoteSession } from "../../../src/client/remote-session.ts";
import type { PodSandboxConfig } from "../../../src/gen/runtime/v1/PodSandboxConfig.ts";
import type { StreamChoice } from "../../../src/model/streaming.ts";
import { eventually } from "../../harness/eventually.ts";
import { processes } from "../../harness/processes.ts";
import { logFile, logUntil, written } from "../log-file.ts";
import {
  createContainer,
  podLinux,
  runToEnd,
  type Scope,
  sharedPod,
  startContainer,
  startPod,
  uniqueName,
} from "../pod.ts";
import { notFound, refused } from "../refusal.ts";
import { needs, runtime } from "../subject.ts";

const pod = sharedPod();
let started: Promise<string> | undefined;

/** The container that the commands of this file share. */
function shared(): Promise<string> {
  started ??= startContainer(pod());
  return started;
}

function limit(): AbortSignal {
  return AbortSignal.timeout(60_000);
}

interface Exec extends Partial<StreamChoice> {
  readonly cmd: readonly string[];
}

const outputs = { tty: false, stdin: false, stdout: true, stderr: true };

/** A terminal has one output. */
function withoutStderr(streams: StreamChoice): StreamChoice {
  return { ...streams, stderr: streams.stderr && !streams.tty };
}

async function openExec({ cmd, ...choice }: Exec): Promise<RemoteSession> {
  const streams = withoutStderr({ ...outputs, ...choice });
  const request = { containerId: await shared(), cmd: [...cmd], ...streams };
  const { url } = await runtime("Exec", request);
  return await RemoteSession.open(url, streams, limit());
}

async function openAttach(
  containerId: string,
  choice: Partial<StreamChoice> = {},
): Promise<RemoteSession> {
  const streams = withoutStderr({ ...outputs, ...choice });
  const { url } = await runtime("Attach", { containerId, ...streams });
  return await RemoteSession.open(url, streams, limit());
}

async function openForward(podSandboxId: string, ...port: number[]): Promise<RemoteForward> {
  const { url } = await runtime("PortForward", { podSandboxId, port });
  return await RemoteForward.open(url, limit());
}

/** Collects what comes until the session ends. */
async function outcome(session: RemoteSession) {
  const textOf = async (stream: Readable | undefined) =>
    stream === undefined ? "" : await text(stream);
  const output = Promise.all([textOf(session.stdout), textOf(session.stderr)]);
  const exitCode = await session.ended();
  const [stdout, stderr] = await output;
  session[Symbol.dispose]();
  return { exitCode, stdout, stderr };
}

/** Collects what has come so far. */
function collecting({ stdout }: RemoteSession): () => string {
  let said = "";
  stdout?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  return () => said;
}

test("exec gives both outputs and the exit code", async () => {
  const session = await openExec({ cmd: ["sh", "-c", "echo out; echo err >&2; exit 5"] });
  assert.deepEqual(await outcome(session), { exitCode: 5, stdout: "out\n", stderr: "err\n" });
  const done = await openExec({ cmd: ["true"] });
  assert.deepEqual(await outcome(done), { exitCode: 0, stdout: "", stderr: "" });
});

test("exec passes input on to its end, byte by byte", async () => {
  const session = await openExec({ cmd: ["cat"], stdin: true });
  const bytes = randomBytes(8 << 20);
  const sha256 = (data: Buffer) => createHash("sha256").update(data).digest("hex");
  assert.ok(session.stdin !== undefined && session.stdout !== undefined);
  const back = buffer(session.stdout);
  await pipeline([bytes], session.stdin);
  assert.equal(await session.ended(), 0);
  assert.equal(sha256(await back), sha256(bytes));
  session[Symbol.dispose]();
});

test("exec with a terminal has its sizes and one output", async () => {
  const script = "while :; do stty size; sleep 0.1; done";
  using session = await openExec({ cmd: ["sh", "-c", script], stdin: true, tty: true });
  const said = collecting(session);
  session.resize({ width: 77, height: 33 });
  await eventually("its size", () => said().includes("33 77\r\n") || undefined);
  session.resize({ width: 120, height: 40 });
  await eventually("its new size", () => said().includes("40 120\r\n") || undefined);
  session.stdin?.write("\x03");
  assert.equal(await session.ended(), 130);
});

test("exec of a missing command fails, or tells a shell's exit code", async () => {
  const session = await openExec({ cmd: [`/${uniqueName("missing")}`] });
  const { exitCode } = await outcome(session).catch(() => ({ exitCode: 127 }));
  assert.ok([126, 127, 128].includes(exitCode), `${exitCode}`);
});

test("a client that leaves takes its command with it", needs("exec-leave"), async () => {
  const mark = `53${process.pid}`;
  const session = await openExec({ cmd: ["sh", "-c", `sleep ${mark} & sleep ${mark}; true`] });
  const left = () => processes().filter(({ command }) => command.includes(`sleep ${mark}`));
  await eventually("it runs", () => (left().length > 1 ? true : undefined));
  session[Symbol.dispose]();
  await eventually("no process is left", () => (left().length === 0 ? true : undefined));
});

test("exec and attach need a container that runs", async () => {
  const cmd = ["true"];
  const created = await createContainer(pod());
  await refused(runtime("Exec", { containerId: created, cmd, stdout: true }), "FailedPrecondition");
  await refused(runtime("Attach", { containerId: created, stdout: true }), "FailedPrecondition");
  const { id } = await runToEnd(pod(), { command: ["true"] });
  await refused(runtime("Exec", { containerId: id, cmd, stdout: true }), "FailedPrecondition");
  const nobody = "f".repeat(64);
  await notFound(runtime("Exec", { containerId: nobody, cmd, stdout: true }));
  await notFound(runtime("Attach", { containerId: nobody, stdout: true }));
});

test("a URL is good for one session", async () => {
  const containerId = await shared();
  const { url } = await runtime("Exec", { containerId, cmd: ["true"], stdout: true });
  const streams = { ...outputs, stderr: false };
  await outcome(await RemoteSession.open(url, streams, limit()));
  await assert.rejects(RemoteSession.open(url, streams, limit()));
});

test("attach joins the container's streams, and its log has everything all the same", async () => {
  const logPath = "attached.log";
  const script = "while read line; do echo out $line; echo err $line >&2; done";
  const id = await startContainer(pod(), { command: ["sh", "-c", script], stdin: true, logPath });
  const session = await openAttach(id, { stdin: true });
  const said = collecting(session);
  for (let count = 0; count < 50; count += 1) session.stdin?.write(`${count}\n`);
  await eventually("the last line", () => said().includes("out 49\n") || undefined);
  const lines = Array.from({ length: 50 }, (_, index) => `out ${index}\n`).join("");
  assert.equal(said(), lines);
  session[Symbol.dispose]();
  const entries = await logUntil(logFile(pod(), logPath), (found) => found.length >= 100);
  assert.equal(written(entries, "stdout").toString(), lines);
  const again = await openAttach(id, { stdin: true });
  const saidAgain = collecting(again);
  again.stdin?.write("again\n");
  await eventually("the container still listens", () =>
    saidAgain().includes("out again\n") ? true : undefined,
  );
  again[Symbol.dispose]();
});

test("with stdin_once the end of an attached input is the container's", async () => {
  const settings = { command: ["cat"], stdin: true, stdinOnce: true };
  const id = await startContainer(pod(), settings);
  const session = await openAttach(id, { stdin: true });
  session.stdin?.end("only once");
  const { stdout } = await outcome(session);
  assert.equal(stdout, "only once");
});

test("a container's terminal is attached to as one", async () => {
  const script = "read line; stty size; echo got $line";
  const settings = { command: ["sh", "-c", script], stdin: true, tty: true };
  const session = await openAttach(await startContainer(pod(), settings), {
    stdin: true,
    tty: true,
  });
  const said = collecting(session);
  session.resize({ width: 91, height: 31 });
  await new Promise((resolve) => setTimeout(resolve, 500));
  session.stdin?.write("word\r");
  await eventually("its answer", () => said().includes("got word") || undefined);
  assert.match(said(), /31 91\r\n/);
  session[Symbol.dispose]();
});

const echo = ["nc", "-ll", "-p", "8080", "-e", "cat"];

/** A pod that echoes what comes to port 8080, and nothing else. */
async function echoPod(scope: Scope, changes: PodSandboxConfig = {}): Promise<string> {
  const own = await startPod(scope, changes);
  await startContainer(own, { command: echo });
  await eventually("a listener", async () => {
    using forward = await openForward(own.id, 8080);
    const { data, complaint } = await forward.connect(8080, limit());
    data.resume().end();
    return (await complaint) === "" ? true : undefined;
  });
  return own.id;
}

/** Sends the words and reads as much. */
async function exchange(forward: RemoteForward, words: string): Promise<string> {
  const { data, complaint } = await forward.connect(8080, limit());
  data.write(words);
  let back = "";
  for await (const chunk of data) {
    back += String(chunk);
    if (back.length >= words.length) break;
  }
  data.end();
  assert.equal(await complaint, "");
  return back;
}

test("port-forward reaches the pod's localhost by many connections at once", async (t) => {
  const id = await echoPod(t);
  using forward = await openForward(id, 8080);
  const texts = Array.from({ length: 10 }, (_, index) => `connection ${index} `.repeat(2000));
  assert.deepEqual(await Promise.all(texts.map((words) => exchange(forward, words))), texts);
});

test(
  "the end of one half of a forwarded connection leaves the other open",
  needs("half-close"),
  async (t) => {
    using forward = await openForward(await echoPod(t), 8080);
    const { data } = await forward.connect(8080, limit());
    data.end("to the end");
    assert.equal(await text(data), "to the end");
  },
);

test("port-forward reaches who listens on IPv6 alone", needs("forward-ipv6"), async (t) => {
  const own = await startPod(t);
  const serve = "mkdir /www; echo six >/www/f; exec httpd -f -p [::1]:8080 -h /www";
  await startContainer(own, { command: ["sh", "-c", serve] });
  await eventually("its answer", async () => {
    using forward = await openForward(own.id, 8080);
    const { data } = await forward.connect(8080, limit());
    data.write("GET /f HTTP/1.0\r\n\r\n");
    return (await text(data)).includes("six") ? true : undefined;
  });
});

test("of a pod on the node's network it reaches the node's localhost", async (t) => {
  const server = createServer((socket) => socket.end("the node"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const own = await startPod(t, { hostname: "", linux: podLinux({ network: "NODE" }) });
  using forward = await openForward(own.id, port);
  const { data } = await forward.connect(port, limit());
  assert.equal(await text(data), "the node");
});

test("a port that nobody listens on is said on that connection", async () => {
  using forward = await openForward(pod().id, 9);
  const { data, complaint } = await forward.connect(9, limit());
  data.resume();
  assert.match(await complaint, /refused/);
});

test("port-forward needs a sandbox that is there", async () => {
  await notFound(runtime("PortForward", { podSandboxId: "f".repeat(64), port: [80] }));
});
