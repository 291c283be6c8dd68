import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { ContainerEventResponseOutput } from "../../../src/gen/runtime/v1/ContainerEventResponse.ts";
import { eventually } from "../../harness/eventually.ts";
import { createContainer, type Pod, startContainer, startPod } from "../pod.ts";
import { has, needs, runtime, runtimeStream } from "../subject.ts";

/** Someone who follows events. */
class Follower {
  readonly events: ContainerEventResponseOutput[] = [];
  readonly contradictions: string[] = [];
  readonly #stop = new AbortController();
  readonly #following: Promise<void>;

  constructor() {
    this.#following = this.#follow().catch((thrown: unknown) => {
      if (!this.#stop.signal.aborted) throw thrown;
    });
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stop;
    for await (const event of runtimeStream("GetContainerEvents", {}, { signal })) {
      this.events.push(event);
      await this.#check(event);
    }
  }

  /** What is asked after an event is never older than the event. */
  async #check(event: ContainerEventResponseOutput): Promise<void> {
    const { containerId, containerEventType: type } = event;
    if (containerId === event.podSandboxStatus?.id) return;
    const asked = runtime("ContainerStatus", { containerId });
    const state = await asked.then(
      ({ status }) => status?.state,
      ({ kind }: { kind: string }) => kind,
    );
    const possible: Readonly<Record<typeof type, readonly unknown[]>> = {
      CONTAINER_CREATED_EVENT: [
        "CONTAINER_CREATED",
        "CONTAINER_RUNNING",
        "CONTAINER_EXITED",
        "NotFound",
      ],
      CONTAINER_STARTED_EVENT: ["CONTAINER_RUNNING", "CONTAINER_EXITED", "NotFound"],
      CONTAINER_STOPPED_EVENT: ["CONTAINER_EXITED", "NotFound"],
      CONTAINER_DELETED_EVENT: ["NotFound"],
    };
    if (!possible[type].includes(state)) this.contradictions.push(`${type}: ${state}`);
  }

  /** The events of these objects so far: `main STARTED`. */
  of(names: Readonly<Record<string, string>>): readonly string[] {
    const nameOf = new Map(Object.entries(names).map(([name, id]) => [id, name]));
    return this.events.flatMap(({ containerId, containerEventType: type }) => {
      const name = nameOf.get(containerId);
      return name === undefined ? [] : `${name} ${type.split("_")[1]}`;
    });
  }

  find(id: string, type: string): ContainerEventResponseOutput | undefined {
    return this.events.find(
      (event) => event.containerId === id && event.containerEventType.includes(type),
    );
  }

  async leave(): Promise<void> {
    this.#stop.abort();
    await this.#following;
  }
}

let follower: Follower;

before(() => {
  if (has("container-events")) follower = new Follower();
});

after(async () => {
  if (has("container-events")) await follower.leave();
});

interface Life {
  readonly pod: Pod;
  readonly main: string;
}

/** A pod whose only container was started, stopped and removed, and which was removed itself. */
async function wholeLife(): Promise<Life> {
  const ends: (() => Promise<void>)[] = [];
  const pod = await startPod({ after: (end) => ends.push(end) });
  const main = await createContainer(pod);
  await runtime("StartContainer", { containerId: main });
  await runtime("StopContainer", { containerId: main, timeout: 0 });
  await runtime("RemoveContainer", { containerId: main });
  await runtime("StopPodSandbox", { podSandboxId: pod.id });
  for (const end of ends) await end();
  return { pod, main };
}

const lifeOfPod = [
  "pod CREATED",
  "pod STARTED",
  "main CREATED",
  "main STARTED",
  "main STOPPED",
  "main DELETED",
  "pod STOPPED",
  "pod DELETED",
];

function toldTo(listener: Follower, { pod, main }: Life): readonly string[] {
  return listener.of({ pod: pod.id, main });
}

test("a pod's life is told in order, each step once", needs("container-events"), async () => {
  const life = await wholeLife();
  await eventually("the pod's removal", async () => follower.find(life.pod.id, "DELETED"));
  assert.deepEqual(toldTo(follower, life), lifeOfPod);
  assert.deepEqual(follower.contradictions, []);
});

test("an event shows the pod and its containers", needs("container-events"), async (t) => {
  const pod = await startPod(t);
  const created = await createContainer(pod);
  const id = await startContainer(pod, { command: ["sh", "-c", "exit 3"] });
  const event = await eventually("its end", async () => follower.find(id, "STOPPED"));
  assert.equal(event.podSandboxStatus?.id, pod.id);
  assert.equal(event.podSandboxStatus?.state, "SANDBOX_READY");
  assert.deepEqual({ ...event.podSandboxStatus?.metadata }, pod.config.metadata);
  const { status } = await runtime("PodSandboxStatus", { podSandboxId: pod.id });
  assert.deepEqual(event.podSandboxStatus?.network, status?.network);
  const states = event.containersStatuses.map((one) => `${one.id} ${one.state} ${one.exitCode}`);
  assert.deepEqual(
    new Set(states),
    new Set([`${id} CONTAINER_EXITED 3`, `${created} CONTAINER_CREATED 0`]),
  );
});

test("times of events rise", needs("container-events"), async () => {
  await wholeLife();
  const times = follower.events.map(({ createdAt }) => BigInt(createdAt));
  assert.deepEqual(
    times,
    times.toSorted((a, b) => (a < b ? -1 : 1)),
  );
});

test("the removal of a pod still shows the pod", needs("container-events"), async () => {
  const { pod } = await wholeLife();
  const event = await eventually("its removal", async () => follower.find(pod.id, "DELETED"));
  assert.equal(event.podSandboxStatus?.id, pod.id);
  assert.equal(event.podSandboxStatus?.state, "SANDBOX_NOTREADY");
  assert.deepEqual(event.containersStatuses, []);
});

test(
  "everyone who follows is told; who leaves takes nothing from the others",
  needs("container-events"),
  async () => {
    const other = new Follower();
    await eventually("the other hears something", async () => {
      await wholeLife();
      return other.events.length > 0 ? true : undefined;
    });
    const both = await wholeLife();
    await eventually("the removal", async () => other.find(both.pod.id, "DELETED"));
    assert.deepEqual(toldTo(other, both), lifeOfPod);
    assert.deepEqual(other.contradictions, []);
    await other.leave();
    const later = await wholeLife();
    await eventually("the removal", async () => follower.find(later.pod.id, "DELETED"));
    for (const life of [both, later]) assert.deepEqual(toldTo(follower, life), lifeOfPod);
  },
);
