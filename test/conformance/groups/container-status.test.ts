import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import {
  containerConfig,
  containerLinux,
  containerStatus,
  createContainer,
  runToEnd,
  sharedPod,
  startContainer,
  startPod,
  uniqueName,
} from "../pod.ts";
import { image, needs, runtime, subject } from "../subject.ts";

const pod = sharedPod();

async function idsOf(filter: object): Promise<readonly string[]> {
  return (await runtime("ListContainers", { filter })).containers.map(({ id }) => id).toSorted();
}

test("success is the reason Completed", async () => {
  const status = await runToEnd(pod(), { command: ["true"] });
  assert.deepEqual([status.exitCode, status.reason], [0, "Completed"]);
});

test("another exit code is the reason Error", async () => {
  const status = await runToEnd(pod(), { command: ["sh", "-c", "exit 37"] });
  assert.deepEqual([status.exitCode, status.reason], [37, "Error"]);
});

test("too much memory is the reason OOMKilled", async () => {
  const linux = {
    ...containerConfig().linux,
    resources: { memoryLimitInBytes: 24 << 20, memorySwapLimitInBytes: 24 << 20 },
  };
  // A line that never ends: tail keeps all of it.
  const status = await runToEnd(pod(), { command: ["tail", "/dev/zero"], linux });
  assert.deepEqual([status.exitCode, status.reason], [137, "OOMKilled"]);
});

test("the status gives back what the container was made with", async () => {
  const config = containerConfig({
    labels: { app: "x", "example.com/role": "y" },
    annotations: { "example.com/note": 'two\nlines and "quotes"', "example.com/empty": "" },
  });
  const status = await containerStatus(await createContainer(pod(), config));
  assert.deepEqual({ ...status.metadata }, config.metadata);
  assert.deepEqual(status.labels, config.labels);
  assert.deepEqual(status.annotations, config.annotations);
  assert.equal(status.logPath, join(pod().config.logDirectory, config.logPath ?? ""));
  assert.notEqual(status.imageRef, "");
});

test("the status tells the image's id", needs("image-id"), async () => {
  const status = await containerStatus(await createContainer(pod()));
  const found = await image("ImageStatus", { image: { image: subject.images.busybox.reference } });
  assert.equal(status.imageId, found.image?.id);
});

test("the list says the same as the status", async () => {
  const id = await createContainer(pod(), { annotations: { "example.com/note": "one\ntwo" } });
  const status = await containerStatus(id);
  const { containers } = await runtime("ListContainers", { filter: { id } });
  const [item] = containers;
  assert.equal(item?.podSandboxId, pod().id);
  assert.notEqual(item?.imageRef, "");
  for (const key of ["id", "metadata", "state", "createdAt", "labels", "annotations"] as const) {
    assert.deepEqual(item?.[key], status[key], key);
  }
});

test("the status lists the mounts as they were asked for", async () => {
  const mounts = [
    { containerPath: "/first", hostPath: subject.workFolder, readonly: true },
    { containerPath: "/second", hostPath: subject.workFolder },
  ];
  const status = await containerStatus(await createContainer(pod(), { mounts }));
  for (const mount of mounts) {
    const found = status.mounts.find(({ containerPath }) => containerPath === mount.containerPath);
    assert.equal(found?.hostPath, mount.hostPath);
    assert.equal(found?.readonly, mount.readonly ?? false);
    assert.equal(found?.propagation, "PROPAGATION_PRIVATE");
  }
});

test("extra information comes only when asked", async () => {
  const containerId = await createContainer(pod());
  const ask = async (verbose: boolean) =>
    (await runtime("ContainerStatus", { containerId, verbose })).info;
  assert.deepEqual(await ask(false), {});
  assert.notDeepEqual(await ask(true), {});
});

test("the status tells the limits in force", needs("status-resources"), async () => {
  const linux = {
    ...containerConfig().linux,
    resources: {
      memoryLimitInBytes: 64 << 20,
      cpuShares: 512,
      cpuPeriod: 100_000,
      cpuQuota: 50_000,
    },
  };
  const status = await containerStatus(await startContainer(pod(), { linux }));
  const limits = status.resources?.linux;
  assert.equal(limits?.memoryLimitInBytes, String(64 << 20));
  assert.equal(limits?.cpuShares, "512");
  assert.equal(limits?.cpuQuota, "50000");
});

test("the status tells the user of the first process", needs("status-user"), async () => {
  const linux = containerLinux({
    runAsUser: { value: 1000 },
    runAsGroup: { value: 33 },
    supplementalGroups: [4242],
  });
  const { user } = await containerStatus(await startContainer(pod(), { linux }));
  assert.equal(user?.linux?.uid, "1000");
  assert.equal(user?.linux?.gid, "33");
  assert.ok(user?.linux?.supplementalGroups.includes("4242"));
});

describe("the filter of ListContainers", () => {
  const labels = { app: uniqueName("app"), tier: "back" };

  test("selects by id, sandbox, state and labels, all of which must match", async (t) => {
    const other = await startPod(t);
    const running = await startContainer(pod(), { labels });
    const created = await createContainer(pod(), { labels });
    const elsewhere = await startContainer(other, { labels });
    const inPod = { podSandboxId: pod().id, labelSelector: labels };
    assert.deepEqual(await idsOf({ id: running }), [running]);
    assert.deepEqual(
      await idsOf({ labelSelector: labels }),
      [running, created, elsewhere].toSorted(),
    );
    assert.deepEqual(await idsOf(inPod), [running, created].toSorted());
    assert.deepEqual(await idsOf({ ...inPod, state: { state: "CONTAINER_RUNNING" } }), [running]);
    assert.deepEqual(await idsOf({ ...inPod, state: { state: "CONTAINER_CREATED" } }), [created]);
    assert.deepEqual(await idsOf({ id: running, podSandboxId: other.id }), []);
    assert.deepEqual(await idsOf({ id: "0".repeat(64) }), []);
    assert.deepEqual(await idsOf({ labelSelector: { ...labels, more: "x" } }), []);
  });

  test("selects those that have ended", async () => {
    const ended = await runToEnd(pod(), { labels: { once: labels.app }, command: ["true"] });
    const filter = { labelSelector: { once: labels.app }, state: { state: "CONTAINER_EXITED" } };
    assert.deepEqual(await idsOf(filter), [ended.id]);
  });

  test("selects everything when it is absent", async () => {
    const id = await createContainer(pod());
    const { containers } = await runtime("ListContainers", {});
    assert.ok(containers.some((container) => container.id === id));
  });
});
