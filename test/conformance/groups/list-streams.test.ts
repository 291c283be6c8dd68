import assert from "node:assert/strict";
import { test } from "node:test";
import type { PodSandboxMetricsOutput } from "../../../src/gen/runtime/v1/PodSandboxMetrics.ts";
import { eventually } from "../../harness/eventually.ts";
import type { Feature } from "../features.ts";
import {
  containerConfig,
  createContainer,
  sharedPod,
  startContainer,
  startPod,
  uniqueName,
} from "../pod.ts";
import { image, imageStream, needs, runtime, runtimeStream, subject } from "../subject.ts";

const pod = sharedPod();
const app = uniqueName("app");

/** Filters that select none, one and several of what the tests make. */
function filtersOf(id: string): readonly object[] {
  return [
    {},
    { id },
    { id: "0".repeat(64) },
    { labelSelector: { app } },
    { labelSelector: { app, more: "x" } },
  ];
}

test("StreamPodSandboxes says what ListPodSandbox says", needs("list-streams"), async (t) => {
  const { id } = await startPod(t, { labels: { app } });
  for (const filter of [...filtersOf(id), { state: { state: "SANDBOX_READY" as const } }]) {
    const { items } = await runtime("ListPodSandbox", { filter });
    const answers = await Array.fromAsync(runtimeStream("StreamPodSandboxes", { filter }));
    const streamed = answers.flatMap(({ podSandboxes }) => podSandboxes);
    assert.deepEqual(byId(streamed), byId(items));
    for (const { podSandboxes } of answers) assert.notEqual(podSandboxes.length, 0);
  }
});

test("StreamContainers says what ListContainers says", needs("list-streams"), async () => {
  const running = await startContainer(pod(), { labels: { app } });
  await createContainer(pod(), { labels: { app } });
  const states = [{ state: { state: "CONTAINER_CREATED" as const } }, { podSandboxId: pod().id }];
  for (const filter of [...filtersOf(running), ...states]) {
    const { containers } = await runtime("ListContainers", { filter });
    const answers = await Array.fromAsync(runtimeStream("StreamContainers", { filter }));
    assert.deepEqual(byId(answers.flatMap((answer) => answer.containers)), byId(containers));
    for (const answer of answers) assert.notEqual(answer.containers.length, 0);
  }
});

test("StreamImages says what ListImages says", needs("list-streams"), async () => {
  await startContainer(pod());
  const { reference } = subject.images.busybox;
  for (const filter of [{}, { image: { image: reference } }]) {
    const { images } = await image("ListImages", { filter });
    const answers = await Array.fromAsync(imageStream("StreamImages", { filter }));
    assert.deepEqual(byId(answers.flatMap((answer) => answer.images)), byId(images));
  }
});

test(
  "StreamContainerStats measures whom ListContainerStats measures",
  needs("list-streams"),
  async () => {
    const id = await startContainer(pod(), { labels: { app, measured: "yes" } });
    const config = containerConfig({ labels: { app, measured: "yes" } });
    const other = await startContainer(pod(), config);
    for (const filter of [
      { id },
      { podSandboxId: pod().id },
      { labelSelector: { measured: "yes" } },
    ]) {
      await eventually("the same containers in both", async () => {
        const { stats } = await runtime("ListContainerStats", { filter });
        const answers = await Array.fromAsync(runtimeStream("StreamContainerStats", { filter }));
        const streamed = answers.flatMap(({ containerStats }) => containerStats);
        const ids = (list: typeof stats) =>
          list.map(({ attributes }) => attributes?.id ?? "").toSorted();
        assert.deepEqual(ids(streamed), ids(stats));
        for (const { attributes, cpu, memory } of streamed) {
          assert.ok(attributes?.metadata && cpu?.usageCoreNanoSeconds && memory?.workingSetBytes);
        }
        return ids(stats).includes(id);
      });
    }
    assert.notEqual(id, other);
  },
);

test("a streamed list refuses what the list refuses", {
  skip: needs("list-streams").skip || needs("enum-validation").skip,
}, async () => {
  const filter = { state: { state: 77 as never } };
  await assert.rejects(Array.fromAsync(runtimeStream("StreamContainers", { filter })), {
    kind: "InvalidArgument",
  });
});

test(
  "StreamPodSandboxStats measures whom ListPodSandboxStats measures",
  both("pod-stats"),
  async (t) => {
    await startContainer(pod());
    const other = await startPod(t, { labels: { app } });
    const filters = [{}, { id: other.id }, { labelSelector: { app } }, { id: "0".repeat(64) }];
    for (const filter of filters) {
      await eventually("the same pods in both", async () => {
        const { stats } = await runtime("ListPodSandboxStats", { filter });
        const answers = await Array.fromAsync(runtimeStream("StreamPodSandboxStats", { filter }));
        const streamed = answers.flatMap(({ podSandboxStats }) => podSandboxStats);
        const ids = (list: typeof stats) =>
          list.map(({ attributes }) => attributes?.id ?? "").toSorted();
        assert.deepEqual(ids(streamed), ids(stats));
        for (const { linux } of streamed) assert.ok(linux?.cpu && linux.memory);
        return true;
      });
    }
  },
);

test(
  "StreamPodSandboxMetrics names what ListPodSandboxMetrics names",
  both("pod-metrics"),
  async () => {
    await startContainer(pod());
    await eventually("the same metrics of the same pod", async () => {
      const namesOf = (all: readonly PodSandboxMetricsOutput[]): ReadonlySet<string> => {
        const own = all.filter(({ podSandboxId }) => podSandboxId === pod().id);
        const containers = own.flatMap(({ containerMetrics }) => containerMetrics);
        return new Set(
          [...own, ...containers].flatMap(({ metrics }) => metrics.map(({ name }) => name)),
        );
      };
      const { podMetrics } = await runtime("ListPodSandboxMetrics", {});
      const answers = await Array.fromAsync(runtimeStream("StreamPodSandboxMetrics", {}));
      const streamed = answers.flatMap(({ podSandboxMetrics }) => podSandboxMetrics);
      assert.deepEqual(namesOf(streamed), namesOf(podMetrics));
      return namesOf(streamed).size > 0;
    });
  },
);

/** Needs streamed lists and what they are of. */
function both(feature: Feature): ReturnType<typeof needs> {
  return { skip: needs("list-streams").skip || needs(feature).skip };
}

function byId<Item extends { readonly id: string }>(items: readonly Item[]): readonly Item[] {
  return items.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
