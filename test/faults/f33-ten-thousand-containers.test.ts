import assert from "node:assert/strict";
import { readFile, rm } from "node:fs/promises";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { eventually } from "../harness/eventually.ts";
import { recordCopies } from "./many-records.ts";
import { NodeUnderTest } from "./node-under-test.ts";
import type { TurnCosts } from "./turn-cost.ts";

const count = 10_000;
const timeoutMillis = 60_000;
/** What a kubelet adds to its containers, about. */
const annotations = Object.fromEntries(
  Array.from({ length: 6 }, (_, i) => [`io.kubernetes.container.note-${i}`, "x".repeat(80)]),
);

test("ten thousand ended containers are listed whole, in small messages, and nobody waits long for the lists", async (t) => {
  await using node = await NodeUnderTest.start();
  const { pods, client, dockerd } = node;
  const pod = await pods.run("many");
  const ended = { command: ["true"], annotations };
  const original = await pods.startContainer(pod, "original", ended);
  await eventually("its end", async () =>
    (await pods.containerStatus(original)).state === "CONTAINER_EXITED" ? true : undefined,
  );
  await node.ferry.stop();
  const copies = await recordCopies(node, { original, count: count - 1 });
  // What the engine has is not asked: the lists are of what is recorded.
  await dockerd.signal("SIGSTOP");
  const figure = join(node.folder, "turn-cost");
  await node.ferry.restart({
    env: {
      NODE_OPTIONS: `--import=${join(import.meta.dirname, "turn-cost.ts")}`,
      CRI_FAULTS_TURN_COST: figure,
    },
  });
  const expected = new Set([original, ...copies]);

  /** What others wait for in the daemon while the work goes on. */
  async function costsOf(work: () => Promise<void>): Promise<TurnCosts> {
    await rm(figure, { force: true });
    process.kill(node.ferry.pid, "SIGUSR2");
    await work();
    process.kill(node.ferry.pid, "SIGUSR2");
    return await eventually("the figures", async () => {
      const text = await readFile(figure, "utf8");
      return text === "" ? undefined : (JSON.parse(text) as TurnCosts);
    });
  }

  async function streamAll(): Promise<readonly string[]> {
    const ids: string[] = [];
    for await (const answer of client.runtimeStream("StreamContainers", {}, { timeoutMillis }))
      ids.push(...answer.containers.map(({ id }) => id));
    assert.equal(ids.length, count);
    assert.deepEqual(new Set(ids), expected);
    return ids;
  }

  const first = await costsOf(async () => void (await streamAll()));
  const later = await costsOf(async () => {
    for (let round = 0; round < 10; round++) await streamAll();
  });
  t.diagnostic(
    `p99 and longest of the first list ${said(first)}, of ten more ${said(later)} ms CPU`,
  );
  for (const { p99 } of [first, later]) assert.ok(p99 < 20, `${p99} ms`);

  const unary = await costsOf(async () => {
    const { containers } = await client.runtime("ListContainers", {}, { timeoutMillis });
    assert.deepEqual(
      containers.map(({ id }) => id),
      await streamAll(),
    );
  });
  t.diagnostic(`the same as one message: ${said(unary)} ms CPU`);
  const filter = { podSandboxId: pod.id, labelSelector: { none: "such" } };
  const none = client.runtimeStream("StreamContainers", { filter }, { timeoutMillis });
  assert.deepEqual(await Array.fromAsync(none), []);
  const { messages, largestBytes } = await sizesOf(node.ferry.socket);
  t.diagnostic(`${messages} messages, the largest of ${largestBytes} bytes`);
  assert.ok(messages > 1 && largestBytes < 2 ** 20);

  await node.ferry.stop();
  const folder = join(node.folder, "ferry", "root", "containers");
  for (const id of copies) await rm(join(folder, `${id}.json`));
  await dockerd.signal("SIGCONT");
  await node.ferry.restart();
  await pods.listed("many");
  await pods.remove(pod.id);
  await node.assertNoLeaks();
});

function said({ p99, longest }: TurnCosts): string {
  return `${p99.toFixed(1)} and ${longest.toFixed(1)}`;
}

interface Sizes {
  readonly messages: number;
  readonly largestBytes: number;
}

/** The sizes of StreamContainers' messages as they are on the wire. */
async function sizesOf(socket: string): Promise<Sizes> {
  const session = connectHttp2("http://localhost", { createConnection: () => connect(socket) });
  const stream = session.request({
    ":method": "POST",
    ":path": "/runtime.v1.RuntimeService/StreamContainers",
    "content-type": "application/grpc",
    te: "trailers",
  });
  stream.end(Buffer.alloc(5));
  const bytes = Buffer.concat(await Array.fromAsync(stream as AsyncIterable<Buffer>));
  session.destroy();
  const sizes: number[] = [];
  // A frame: a flag, its length in four bytes, the message.
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at + 1);
    sizes.push(length);
    at += 5 + length;
  }
  return { messages: sizes.length, largestBytes: Math.max(...sizes) };
}
