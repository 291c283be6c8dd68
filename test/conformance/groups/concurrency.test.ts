import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { test } from "node:test";
import {
  containerConfig,
  exec,
  podConfig,
  podStatus,
  removePod,
  sharedPod,
  startContainer,
  startPod,
} from "../pod.ts";
import { needs, runtime } from "../subject.ts";

const pod = sharedPod();
const five = [0, 1, 2, 3, 4];

test("pods that start at once have addresses of their own", async (t) => {
  const pods = await Promise.all(five.map(() => startPod(t)));
  const ids = await Promise.all(pods.map((each) => startContainer(each)));
  const statuses = await Promise.all(pods.map(({ id }) => podStatus(id)));
  assert.equal(new Set(statuses.map(({ network }) => network?.ip)).size, five.length);
  const results = await Promise.all(ids.map((id) => exec(id, ["hostname"])));
  assert.deepEqual(
    results.map(({ stdout }) => stdout.trim()),
    pods.map(({ config }) => config.hostname),
  );
});

test("of several equal creates at once one container comes", async () => {
  const config = containerConfig();
  const request = { podSandboxId: pod().id, config, sandboxConfig: pod().config };
  const answers = await Promise.allSettled(five.map(() => runtime("CreateContainer", request)));
  const ids = answers.flatMap((answer) =>
    answer.status === "fulfilled" ? [answer.value.containerId] : [],
  );
  const { containers } = await runtime("ListContainers", { filter: { podSandboxId: pod().id } });
  const named = containers.filter(({ metadata }) => metadata?.name === config.metadata?.name);
  assert.equal(named.length, 1);
  assert.deepEqual(
    [...new Set(ids)],
    named.map(({ id }) => id),
  );
});

test("of several equal sandboxes at once one comes", async () => {
  const config = podConfig();
  await mkdir(config.logDirectory, { recursive: true });
  const answers = await Promise.allSettled(five.map(() => runtime("RunPodSandbox", { config })));
  const ids = answers.flatMap((answer) =>
    answer.status === "fulfilled" ? [answer.value.podSandboxId] : [],
  );
  const { items } = await runtime("ListPodSandbox", {});
  const named = items.filter(({ metadata }) => metadata?.uid === config.metadata?.uid);
  for (const { id } of named) await removePod(id);
  assert.equal(named.length, 1);
  assert.deepEqual(
    [...new Set(ids)],
    named.map(({ id }) => id),
  );
});

test("a repeated create gives what is there", needs("create-retry"), async (t) => {
  const first = await startPod(t);
  const again = await runtime("RunPodSandbox", { config: first.config });
  assert.equal(again.podSandboxId, first.id);
  const config = containerConfig();
  const request = { podSandboxId: first.id, config, sandboxConfig: first.config };
  const { containerId } = await runtime("CreateContainer", request);
  assert.equal((await runtime("CreateContainer", request)).containerId, containerId);
});

test("a create whose caller has gone is there for the retry", needs("create-retry"), async () => {
  const config = podConfig();
  await mkdir(config.logDirectory, { recursive: true });
  const hurried = runtime("RunPodSandbox", { config }, { timeoutMillis: 40 });
  await hurried.catch(() => undefined);
  const { podSandboxId } = await runtime("RunPodSandbox", { config });
  const { items } = await runtime("ListPodSandbox", {});
  const named = items.filter(({ metadata }) => metadata?.uid === config.metadata?.uid);
  for (const { id } of named) await removePod(id);
  assert.deepEqual(
    named.map(({ id }) => id),
    [podSandboxId],
  );
});

test("stop, remove and status at once leave nothing and break nothing", async (t) => {
  const { id } = await startPod(t);
  await Promise.allSettled([
    runtime("StopPodSandbox", { podSandboxId: id }),
    runtime("PodSandboxStatus", { podSandboxId: id }),
    runtime("StopPodSandbox", { podSandboxId: id }),
    runtime("ListPodSandbox", {}),
  ]);
  await Promise.all(five.map(() => runtime("RemovePodSandbox", { podSandboxId: id })));
  assert.deepEqual((await runtime("ListPodSandbox", { filter: { id } })).items, []);
});
