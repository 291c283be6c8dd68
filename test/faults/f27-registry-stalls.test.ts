import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { CriError, type CriErrorKind } from "../../src/model/error.ts";
import { eventually } from "../harness/eventually.ts";
import { type GateFlow, RegistryGate } from "../integration/registry-gate.ts";
import { NodeUnderTest } from "./node-under-test.ts";

const timeoutMillis = 180_000;
const layerBytes = 4 << 20;
/** A registry that sends next to nothing for so long is given up. */
const progressMillis = 60_000;

/** Docker loads three layers at a time: two of these are one too few to hold up others. */
const broken: Readonly<Record<string, GateFlow>> = {
  "after the headers": { type: "mute" },
  "in the middle of a layer": { type: "stall", afterBytes: 1 << 20 },
  "with a byte a second": { type: "drip", bytes: 1, everyMillis: 1_000 },
};

test("a registry that is stuck is given up, and costs nothing but its own pull", async (t) => {
  await using node = await NodeUnderTest.start();
  const { client, pods } = node;
  let images = 0;

  /** Pushes an image of its own behind a gate of its own. */
  async function gated(flow: GateFlow) {
    images += 1;
    const name = `faults/cold-${images}`;
    const content = randomBytes(layerBytes);
    const layers = [[{ path: "bytes", type: "file" as const, content }]];
    await node.registry.push({ name, tags: ["1"], layers, config: { Cmd: ["/bytes"] } });
    const gate = await RegistryGate.open(node.registry.url);
    gate.flow = flow;
    return { gate, image: `${gate.host}/${name}:1` };
  }
  const pull = async (image: string, millis = timeoutMillis) =>
    (await client.image("PullImage", { image: { image } }, { timeoutMillis: millis })).imageRef;
  const status = async (image: string) =>
    (await client.image("ImageStatus", { image: { image } }, { timeoutMillis: 10_000 })).image;

  /** What docker has on disk of downloads that are under way. */
  const partial = () =>
    readdirSync(join(node.folder, "docker", "data", "tmp")).filter((name) =>
      name.startsWith("GetImageBlob"),
    );
  const nothingPartial = () =>
    eventually("partial downloads are removed", () => (partial().length === 0 ? true : undefined));

  await t.test("a layer that is not what its digest says is refused", async () => {
    const { gate, image } = await gated({ type: "damaged" });
    await using _gate = gate;
    await assert.rejects(pull(image), { message: /verif|digest/i });
    assert.equal(await status(image), null);
    gate.flow = { type: "whole" };
    assert.equal((await status(image))?.id ?? (await pull(image)), await pull(image));
    await nothingPartial();
  });

  // The connection itself stays until the registry ends it: docker 20.10 waits for the read that is stuck.
  await t.test("a caller that goes ends the download", async () => {
    const { gate, image } = await gated({ type: "stall", afterBytes: 1 << 20 });
    await using _gate = gate;
    await assert.rejects(pull(image, 1_500), { kind: "DeadlineExceeded" });
    await nothingPartial();
  });

  await t.test("stuck pulls are given up after a minute, others go on meanwhile", async () => {
    await using stack = new AsyncDisposableStack();
    const begun = performance.now();
    const stuck = await Promise.all(
      Object.entries(broken).map(async ([kind, flow]) => {
        const { gate, image } = await gated(flow);
        stack.use(gate);
        return { kind, gate, image, failed: failureOf(pull(image)) };
      }),
    );
    const healthy = await gated({ type: "whole" });
    stack.use(healthy.gate);
    await pull(healthy.image);
    assert.ok(performance.now() - begun < progressMillis / 2, "a healthy pull does not wait");
    const pod = await pods.run("meanwhile");
    await pods.remove(pod.id);

    for (const { kind, image, failed } of stuck) {
      const { error, at } = await failed;
      assert.equal(
        error.kind,
        "DeadlineExceeded" satisfies CriErrorKind,
        `${kind}: ${error.message}`,
      );
      assert.match(error.message, /no progress/);
      assert.ok(at - begun >= progressMillis - 1_000, `${kind}: given up early`);
      assert.ok(at - begun < 2 * progressMillis, `${kind}: given up late`);
      assert.equal(await status(image), null);
    }
    await nothingPartial();
    for (const { gate, image } of stuck) {
      gate.flow = { type: "whole" };
      const id = await pull(image);
      assert.equal((await status(image))?.id, id);
    }
  });
  await node.assertNoLeaks();
});

/** The error that a call ends with, and when. */
async function failureOf(work: Promise<unknown>): Promise<{ error: CriError; at: number }> {
  const error = await work.then(
    () => new CriError("Internal", "it succeeded"),
    (thrown: unknown) => CriError.from(thrown, "pull"),
  );
  return { error, at: performance.now() };
}
