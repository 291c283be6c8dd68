import assert from "node:assert/strict";
import { test } from "node:test";
import { protocol } from "../../test/fakes/cri-endpoint.ts";
import { ListEncoder } from "./encoded-list.ts";

interface Item {
  readonly id: string;
}

const service = "runtime.v1.RuntimeService";

function messageOf(rpc: string, answer: object): Buffer {
  const definition = protocol[service];
  assert.ok(definition !== undefined && !("format" in definition));
  const bytes = definition[rpc]?.responseSerialize(answer);
  assert.ok(bytes !== undefined);
  return bytes;
}

function containerEncoder(encoded: string[] = []): ListEncoder<Item> {
  return new ListEncoder(protocol, {
    service,
    rpc: "ListContainers",
    answerWith: ({ id }: Item) => {
      encoded.push(id);
      return { containers: [{ id }] };
    },
  });
}

test("each record is encoded once, and the bytes are those of the whole message", async () => {
  const encoded: string[] = [];
  const encoder = containerEncoder(encoded);
  const records = [{ id: "1" }, { id: "2" }, { id: "3" }];
  await encoder.whole(records.slice(0, 2));
  const bytes = await encoder.whole(records);
  assert.deepEqual(encoded, ["1", "2", "3"]);
  assert.deepEqual(bytes, messageOf("ListContainers", { containers: records }));
  assert.deepEqual(await encoder.whole([]), Buffer.alloc(0));
});

test("a record has the same bytes in every list and in its streamed form", () => {
  const pairs = [
    ["ListContainers", "containers", "StreamContainers", "containers"],
    ["ListPodSandbox", "items", "StreamPodSandboxes", "podSandboxes"],
    ["ListContainerStats", "stats", "StreamContainerStats", "containerStats"],
    ["ListPodSandboxStats", "stats", "StreamPodSandboxStats", "podSandboxStats"],
    ["ListPodSandboxMetrics", "podMetrics", "StreamPodSandboxMetrics", "podSandboxMetrics"],
  ] as const;
  for (const [list, listField, stream, streamField] of pairs) {
    const records = [{}, {}];
    assert.deepEqual(
      messageOf(list, { [listField]: records }),
      messageOf(stream, { [streamField]: records }),
      list,
    );
  }
});

test("batches hold the list in order, each small and none smaller than it must be", async () => {
  const records = Array.from({ length: 3000 }, (_, i) => ({ id: `${i}`.padEnd(1000, "x") }));
  const encoder = containerEncoder();
  const batches = await Array.fromAsync(encoder.batches(records));
  assert.deepEqual(Buffer.concat(batches), await encoder.whole(records));
  assert.equal(batches.length, 12);
  for (const batch of batches) assert.ok(batch.length <= 2 ** 18);
});

test("a record larger than a batch is one of its own; an empty list has none", async () => {
  const records = [{ id: "a" }, { id: "b".repeat(2 ** 21) }, { id: "c" }];
  const batches = await Array.fromAsync(containerEncoder().batches(records));
  assert.equal(batches.length, 3);
  assert.deepEqual(await Array.fromAsync(containerEncoder().batches([])), []);
});

test("a long list gives others their turn", async () => {
  const slow = new ListEncoder(protocol, {
    service,
    rpc: "ListContainers",
    answerWith: (record: Item) => {
      const end = performance.now() + 1;
      while (performance.now() < end);
      return { containers: [record] };
    },
  });
  let turns = 0;
  const others = setInterval(() => (turns += 1));
  await slow.whole(Array.from({ length: 50 }, (_, i) => ({ id: `${i}` })));
  clearInterval(others);
  assert.ok(turns > 0);
});
