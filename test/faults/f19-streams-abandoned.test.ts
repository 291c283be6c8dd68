import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import { CriError } from "../../src/model/error.ts";
import { dialSpdy } from "../../src/streaming/spdy/dial.ts";
import type { SpdyConnection } from "../../src/streaming/spdy/spdy-connection.ts";
import type { SpdyStream } from "../../src/streaming/spdy/spdy-stream.ts";
import { eventually } from "../harness/eventually.ts";
import { processes } from "../harness/processes.ts";
import { figuresOf } from "./daemon-figures.ts";
import { NodeUnderTest } from "./node-under-test.ts";
import { amount } from "./place.ts";

/** It collects orphans, as the first process of a pod does. */
const reaper = ["sh", "-c", "while :; do sleep 1000000 & wait; done"];
const mark = "5900019";
const gone = new CriError("Cancelled", "the client is gone");
const main = join(import.meta.dirname, "../../src/main.ts");

/** A client that opens its streams as kubectl does, and can vanish without a word. */
class Client {
  readonly #connection: SpdyConnection;
  readonly streams = new Map<string, SpdyStream>();

  private constructor(connection: SpdyConnection) {
    this.#connection = connection;
  }

  static async open(url: string, protocol: string, ...types: readonly string[]): Promise<Client> {
    const signal = AbortSignal.timeout(30_000);
    const { connection } = await dialSpdy({
      url,
      protocols: [protocol],
      onClose: () => undefined,
      signal,
    });
    const client = new Client(connection);
    for (const type of types) await client.add(type, { streamtype: type });
    return client;
  }

  async add(name: string, headers: Readonly<Record<string, string>>): Promise<SpdyStream> {
    const signal = AbortSignal.timeout(30_000);
    const stream = await this.#connection.open(new Map(Object.entries(headers)), signal);
    this.streams.set(name, stream);
    return stream;
  }

  vanish(): void {
    this.#connection.destroy(gone);
  }
}

const channel = "v4.channel.k8s.io";
const size = (width: number) => `${JSON.stringify({ Width: width, Height: 24 })}\n`;

/** What a client does until it vanishes: reads or not, writes or not, has a terminal or not. */
const manners = [
  { tty: false, script: `exec 2>&1; while :; do echo ${mark}; done`, reads: true },
  { tty: false, script: `(setsid sleep ${mark} &); exec yes ${mark}`, reads: false },
  { tty: true, script: `while :; do stty size; sleep 0.0${mark}; done`, reads: true },
  { tty: true, script: `exec yes ${mark}`, reads: false },
  { tty: false, script: `cat >/dev/null; sleep ${mark}`, reads: true },
] as const;

test("streams whose client vanished, and terminals of what could not start, are let go", async () => {
  await using node = await NodeUnderTest.start();
  const { pods, client, ferry } = node;
  const pod = await pods.run("abandoned");
  const box = await pods.startContainer(pod, "box", { command: reaper });
  const shell = await pods.startContainer(pod, "shell", {
    command: ["sh", "-c", "while read line; do echo got $line; done"],
    stdin: true,
  });
  await pods.startContainer(pod, "server", { command: ["nc", "-ll", "-p", "8080", "-e", "yes"] });
  const options = { timeoutMillis: 30_000 };

  async function exec(number: number): Promise<void> {
    const manner = manners[number % manners.length] ?? manners[0];
    const { tty, script } = manner;
    const streams = { tty, stdin: true, stdout: true, stderr: !tty };
    const request = { containerId: box, cmd: ["sh", "-c", script], ...streams };
    const { url } = await client.runtime("Exec", request, options);
    const last = tty ? "resize" : "stderr";
    const session = await Client.open(url, channel, "error", "stdin", "stdout", last);
    if (manner.reads) session.streams.get("stdout")?.resume();
    if (tty) session.streams.get("resize")?.write(size(80 + number));
    session.streams.get("stdin")?.write(Buffer.alloc(1 << 18));
    await new Promise((resolve) => setTimeout(resolve, 20 * (number % 20)));
    session.vanish();
  }

  /** The size comes while docker still tries to start what is not there, and again when it has failed. */
  async function failedStart(number: number): Promise<void> {
    const streams = { tty: true, stdin: true, stdout: true };
    const request = { containerId: box, cmd: [`/missing-${number}`], ...streams };
    const { url } = await client.runtime("Exec", request, options);
    const session = await Client.open(url, channel, "error", "stdin", "stdout", "resize");
    const resize = session.streams.get("resize");
    for (let width = 80; width < 100; width += 1) resize?.write(size(width));
    session.streams.get("stdout")?.resume();
    const error = session.streams.get("error");
    if (number % 2 === 0) session.vanish();
    else if (error !== undefined) await once(error.resume(), "end");
    session.vanish();
  }

  async function attach(number: number): Promise<void> {
    const request = { containerId: shell, stdin: true, stdout: true, stderr: true };
    const { url } = await client.runtime("Attach", request, options);
    const session = await Client.open(url, channel, "error", "stdin", "stdout", "stderr");
    session.streams.get("stdin")?.write(`line ${number}\n`);
    if (number % 2 === 0) session.streams.get("stdout")?.resume();
    session.vanish();
  }

  /** The pod's server floods every connection; some are read, some not. */
  async function forward(number: number): Promise<void> {
    const request = { podSandboxId: pod.id, port: [8080] };
    const { url } = await client.runtime("PortForward", request, options);
    const session = await Client.open(url, "portforward.k8s.io");
    for (const requestid of ["0", "1"]) {
      const headers = { port: "8080", requestid };
      await session.add(`error${requestid}`, { ...headers, streamtype: "error" });
      const data = await session.add(`data${requestid}`, { ...headers, streamtype: "data" });
      if (requestid === "0") data.resume();
      else await once(data, "readable");
    }
    if (number % 2 === 0) session.streams.get("data1")?.destroy();
    session.vanish();
  }

  /** A kubectl that is killed: its connections are closed by its kernel. */
  async function killed(): Promise<void> {
    const endpoint = ["--endpoint", ferry.socket];
    const args = [main, "exec", ...endpoint, "-i", "box", "--", "sh", "-c", `exec yes ${mark}`];
    const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
    await once(child.stdout, "readable");
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  const kinds = [exec, failedStart, attach, forward];
  async function rounds(count: number): Promise<void> {
    for (let round = 0; round < count; round += 1) {
      await Promise.all(kinds.map((kind) => kind(round)));
    }
    await killed();
  }

  /** Nothing of it runs any more, in the container or beside the daemon. */
  async function letGo(): Promise<void> {
    await eventually("no process of a command is left", () =>
      processes().some(({ command }) => command.includes(mark)) ? undefined : true,
    );
    await eventually("no helper is left", () =>
      processes().some(({ command }) => command.includes("netns-dial-child")) ? undefined : true,
    );
  }

  const count = amount(40, 1_000);
  await rounds(count / 4);
  await letGo();
  const before = figuresOf(ferry.pid);
  await rounds(count);
  await letGo();
  await eventually("descriptors are let go", () =>
    figuresOf(ferry.pid).descriptors <= before.descriptors + 2 ? true : undefined,
  ).catch(() => assert.fail(`${before.descriptors} became ${figuresOf(ferry.pid).descriptors}`));
  const after = figuresOf(ferry.pid);
  console.log(`${count * kinds.length} sessions`, before, after);
  assert.ok(after.residentBytes <= before.residentBytes + (32 << 20), "memory");
  const { state } = await pods.containerStatus(shell);
  assert.equal(state, "CONTAINER_RUNNING", "attach leaves the container alone");
  await pods.remove(pod.id);
  await node.assertNoLeaks();
});
