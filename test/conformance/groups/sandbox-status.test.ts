import assert from "node:assert/strict";
import { isIPv4 } from "node:net";
import { describe, test } from "node:test";
import { podLinux, podStatus, sharedPod, shellIn, startPod, uniqueName } from "../pod.ts";
import { runtime } from "../subject.ts";

const labels = { app: uniqueName("app"), "example.com/tier": "front" };
const annotations = {
  "example.com/plain": "value",
  "example.com/json": '{"a":["b",1]}',
  "example.com/lines": "first\nsecond\n",
  "example.com/unicode": "grüße ☃ 🚢",
  "example.com/empty": "",
};
const pod = sharedPod({ labels, annotations });

async function idsOf(filter: object): Promise<readonly string[]> {
  return (await runtime("ListPodSandbox", { filter })).items.map(({ id }) => id);
}

test("the status gives metadata, labels and annotations back as they came", async () => {
  const status = await podStatus(pod().id);
  assert.deepEqual({ ...status.metadata }, pod().config.metadata);
  assert.deepEqual(status.labels, labels);
  assert.deepEqual(status.annotations, annotations);
  assert.equal(status.runtimeHandler, "");
});

test("the list says the same as the status", async () => {
  const status = await podStatus(pod().id);
  const { items } = await runtime("ListPodSandbox", { filter: { id: pod().id } });
  const [item] = items;
  assert.deepEqual(item, {
    id: pod().id,
    metadata: status.metadata,
    state: status.state,
    createdAt: status.createdAt,
    labels,
    annotations,
    runtimeHandler: "",
  });
});

test("extra information comes only when asked", async () => {
  const request = { podSandboxId: pod().id };
  assert.deepEqual((await runtime("PodSandboxStatus", { ...request, verbose: false })).info, {});
  assert.notDeepEqual((await runtime("PodSandboxStatus", { ...request, verbose: true })).info, {});
});

test("the status tells the namespaces that were asked for", async () => {
  const options = (await podStatus(pod().id)).linux?.namespaces?.options;
  assert.equal(options?.network, "POD");
  assert.equal(options?.pid, "CONTAINER");
  assert.equal(options?.ipc, "POD");
});

test("the address in the status is the one that the pod has", async () => {
  const { network } = await podStatus(pod().id);
  assert.ok(isIPv4(network?.ip ?? ""));
  const inside = await shellIn(pod(), {}, "ip -4 -o addr show dev eth0");
  assert.ok(inside.includes(` ${network?.ip}/`));
});

test("a pod of the node's network tells no address", async (t) => {
  const host = await startPod(t, { hostname: "", linux: podLinux({ network: "NODE" }) });
  const status = await podStatus(host.id);
  assert.equal(status.network?.ip ?? "", "");
  assert.equal(status.linux?.namespaces?.options?.network, "NODE");
});

describe("the filter of ListPodSandbox", () => {
  const ready = { state: "SANDBOX_READY" } as const;
  const notReady = { state: "SANDBOX_NOTREADY" } as const;

  test("selects by id", async () => {
    assert.deepEqual(await idsOf({ id: pod().id }), [pod().id]);
    assert.deepEqual(await idsOf({ id: "0".repeat(64) }), []);
  });

  test("selects by labels, all of which must match", async () => {
    assert.deepEqual(await idsOf({ labelSelector: { app: labels.app } }), [pod().id]);
    assert.deepEqual(await idsOf({ labelSelector: labels }), [pod().id]);
    assert.deepEqual(await idsOf({ labelSelector: { ...labels, more: "x" } }), []);
    assert.deepEqual(await idsOf({ labelSelector: { app: "other" } }), []);
  });

  test("selects by state", async (t) => {
    const stopped = await startPod(t, { labels });
    await runtime("StopPodSandbox", { podSandboxId: stopped.id });
    assert.deepEqual(await idsOf({ labelSelector: labels, state: ready }), [pod().id]);
    assert.deepEqual(await idsOf({ labelSelector: labels, state: notReady }), [stopped.id]);
    assert.deepEqual(await idsOf({ id: pod().id, state: notReady }), []);
  });

  test("selects everything when it is empty or absent", async () => {
    assert.ok((await idsOf({})).includes(pod().id));
    const { items } = await runtime("ListPodSandbox", {});
    assert.ok(items.some(({ id }) => id === pod().id));
  });
});
