import assert from "node:assert/strict";
import { once } from "node:events";
import { type ClientHttp2Stream, connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { test } from "node:test";
import { eventually } from "../harness/eventually.ts";
import { figuresOf, metric, metricsAddress } from "./daemon-figures.ts";
import { EventFollower } from "./events.ts";
import { recordCopies } from "./many-records.ts";
import { NodeUnderTest } from "./node-under-test.ts";
import { amount } from "./place.ts";

/** More events than wait for one client. */
const count = amount(6_000, 30_000);
const comersAndGoers = amount(200, 5_000);

/** A client that asks for events and does not read them. */
function stalledClient(socket: string): ClientHttp2Stream {
  const session = connectHttp2("http://localhost", { createConnection: () => connect(socket) });
  session.on("error", () => undefined);
  const stream = session.request({
    ":method": "POST",
    ":path": "/runtime.v1.RuntimeService/GetContainerEvents",
    "content-type": "application/grpc",
    te: "trailers",
  });
  stream.on("error", () => undefined);
  stream.pause();
  stream.end(Buffer.alloc(5));
  return stream;
}

const clients = () => metric("cri_ferry_event_clients");
const clientsAre = (wanted: number) =>
  eventually(`${wanted} clients`, async () => ((await clients()) === wanted ? true : undefined));

test("a client that does not read is told to list again, those who do miss nothing, and who leaves leaves nothing", async (t) => {
  await using node = await NodeUnderTest.start({
    ferry: { args: ["--metrics-address", metricsAddress] },
  });
  const { pods, client, dockerd, ferry } = node;
  const pod = await pods.run("slow");
  const original = await pods.startContainer(pod, "original", { command: ["true"] });
  await ferry.stop();
  const copies = await recordCopies(node, { original, count, apart: true });
  await dockerd.signal("SIGSTOP");
  await ferry.restart();
  await using follower = new EventFollower(client);
  const stalled = stalledClient(ferry.socket);
  await clientsAre(2);

  // An engine that has lost many containers at once: their removal is told.
  await dockerd.signal("SIGCONT");
  const gone = () =>
    new Set(
      follower.events
        .filter(({ containerEventType: type }) => type === "CONTAINER_DELETED_EVENT")
        .map(({ containerId }) => containerId),
    );
  await eventually("all removals", () => (gone().size === count ? true : undefined), 240_000);
  assert.deepEqual(gone(), new Set(copies));
  assert.equal(follower.events.length, new Set(follower.events).size);
  for (const id of copies.slice(0, 100)) assert.equal(follower.told(id), "DELETED");
  const dropped = await metric("cri_ferry_events_dropped_total", 'reason="slow-client"');
  t.diagnostic(`${dropped} events dropped of ${count}`);
  assert.ok(dropped > 0);
  await clientsAre(1);
  const trailers = once(stalled, "trailers");
  stalled.resume();
  const [{ "grpc-status": code, "grpc-message": message }] = await trailers;
  assert.equal(Number(code), 8);
  assert.match(decodeURI(String(message)), /list again/);
  stalled.session?.destroy();
  assert.equal(follower.failure, undefined);

  await comeAndGo(20);
  const before = figuresOf(ferry.pid);
  await comeAndGo(comersAndGoers);
  const after = figuresOf(ferry.pid);
  const files = after.descriptors - before.descriptors;
  assert.ok(files < 8, `${files} more open files`);
  const growth = (after.residentBytes - before.residentBytes) / 2 ** 20;
  t.diagnostic(`${comersAndGoers} clients came and went: ${growth.toFixed(1)} MiB`);
  assert.ok(growth < 48, `memory grew by ${growth} MiB`);

  await pods.remove(pod.id);
  await follower.expect(pod.id, "STOPPED DELETED");
  await node.assertNoLeaks(60_000);

  /** Clients that vanish without a word, as killed ones do. */
  async function comeAndGo(number: number): Promise<void> {
    for (let done = 0; done < number; done += 10) {
      const streams = Array.from({ length: 10 }, () => stalledClient(ferry.socket));
      await clientsAre(11);
      for (const { session } of streams) session?.destroy();
      await clientsAre(1);
    }
  }
});
