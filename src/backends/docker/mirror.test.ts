import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { silentLog, silentMeter } from "../../../test/fakes/docker-bench.ts";
import { FakeDocker } from "../../../test/fakes/docker-engine.ts";
import { CriError } from "../../model/error.ts";
import { containerId, imageId, podSandboxId } from "../../model/ids.ts";
import type { Clock } from "../../model/ports.ts";
import { noResources } from "../../model/resources.ts";
import type { DockerContainerInspect } from "../../translate/docker/api.ts";
import type { ContainerRecord, EngineEvent } from "../backend.ts";
import { EngineLink } from "./engine-link.ts";
import { Mirror } from "./mirror.ts";
import type { ShownObject } from "./seen.ts";

const nothing = (): void => undefined;

/** As little of a record as tells one state from another. */
async function show(inspect: DockerContainerInspect): Promise<ShownObject> {
  await setImmediate();
  const { Id, Name, State } = inspect;
  if (Name === "/unreadable") throw new CriError("DeadlineExceeded", "its image is not told");
  const nanos = (time = ""): bigint => BigInt(Math.max(0, Date.parse(time) || 0)) * 1_000_000n;
  const facts = {
    pid: State.Pid ?? 0,
    startedAtNanos: nanos(State.StartedAt),
    finishedAtNanos: nanos(State.FinishedAt),
    exitCode: State.ExitCode ?? 0,
    oomKilled: State.OOMKilled ?? false,
    error: "",
    user: undefined,
    resources: noResources,
  };
  const container = {
    id: containerId(Id),
    sandboxId: podSandboxId("s"),
    imageId: imageId("i"),
  } as ContainerRecord["container"];
  return { type: "container", record: { container, facts } };
}

function set(): {
  readonly docker: FakeDocker;
  readonly mirror: Mirror;
  readonly link: EngineLink;
  readonly told: (count: number) => Promise<readonly string[]>;
  readonly end: AbortController;
  readonly wake: () => void;
} {
  const docker = new FakeDocker();
  const end = new AbortController();
  let wake: () => void = nothing;
  const clock: Clock = {
    nowNanos: () => docker.now(),
    monotonicMillis: () => Number(docker.now() / 1_000_000n),
    sleep: (_millis, signal) =>
      new Promise((resolve, reject) => {
        wake = resolve;
        signal?.addEventListener("abort", () => reject(signal.reason as Error));
      }),
  };
  const mirror = new Mirror({ api: docker, clock, log: silentLog, meter: silentMeter, show });
  const link = new EngineLink({ api: docker, mirror, clock, log: silentLog });
  const events = mirror.outlet.read(end.signal);
  const told = async (count: number): Promise<readonly string[]> => {
    const texts: string[] = [];
    while (texts.length < count) {
      const next = await events.next();
      if (next.done === true) break;
      texts.push(textOf(next.value));
    }
    return texts;
  };
  return { docker, mirror, link, told, end, wake: () => wake() };
}

/** `2 running` for the object made second. */
function textOf(event: EngineEvent): string {
  if (event.type === "gone") return `${Number.parseInt(event.id, 16)} gone`;
  if (event.type === "container") return stateOf(event.record);
  if (event.type === "sandbox") return "sandbox";
  return `all: ${event.containers.map(stateOf).join(", ")}`;
}

function stateOf({ container, facts }: ContainerRecord): string {
  const ended = facts.finishedAtNanos > 0n ? `ended ${facts.exitCode}` : "running";
  return `${Number.parseInt(container.id, 16)} ${facts.startedAtNanos > 0n ? ended : "created"}`;
}

const labels = { "io.kubernetes.docker.type": "container" };
const body = { Labels: labels, HostConfig: {} };

function inspectsOf(docker: FakeDocker, id: string): number {
  return docker.calls.filter((call) => call === `GET /containers/${id}/json`).length;
}

test("connecting tells everything, and later what happens, with one inspect for an end", async () => {
  const { docker, link, told, end } = set();
  const first = docker.put("a", body);
  docker.run(first);
  docker.put("b", body);
  const running = link.run(end.signal);
  assert.deepEqual(await told(1), ["all: 1 running, 2 created"]);
  assert.equal(link.condition().ok, true);
  const inspected = inspectsOf(docker, first);
  docker.end(first, 3);
  docker.tell("die", first);
  assert.deepEqual(await told(1), ["1 ended 3"]);
  assert.equal(inspectsOf(docker, first), inspected + 1);
  docker.tell("destroy", first);
  assert.deepEqual(await told(1), ["1 gone"]);
  end.abort();
  await running;
});

test("an end that happens while the list is read is not lost", async () => {
  const { docker, link, told, end } = set();
  const first = docker.put("a", body);
  docker.run(first);
  // The answer was made while it ran, and arrives after the event.
  docker.after = (call) => {
    if (call !== `GET /containers/${first}/json`) return;
    docker.after = nothing;
    docker.end(first, 7);
    docker.tell("die", first);
  };
  const running = link.run(end.signal);
  const texts = [...(await told(1))];
  while (!texts.join().includes("1 ended 7")) texts.push(...(await told(1)));
  assert.equal(texts.at(-1)?.includes("1 ended 7"), true);
  end.abort();
  await running;
});

test("a look that was asked for earlier and answered later changes nothing", async () => {
  const { docker, mirror, end } = set();
  const id = docker.put("a", body);
  docker.run(id);
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  docker.after = () => held;
  const early = mirror.look(id, end.signal);
  await setImmediate();
  docker.after = nothing;
  docker.end(id, 1);
  await mirror.look(id, end.signal);
  release();
  await early;
  assert.equal(mirror.seen(id)?.status, "exited");
});

test("a look that is answered after the removal does not bring the object back", async () => {
  const { docker, mirror, end } = set();
  const id = docker.put("a", body);
  docker.after = () =>
    mirror.note({ type: "containerGone", id, timeNanos: 0n }, labels, end.signal);
  await mirror.look(id, end.signal);
  assert.equal(mirror.seen(id), undefined);
});

test("what a look of ours finds gone is told, though its event then says nothing new", async () => {
  const { docker, mirror, told, end } = set();
  const id = docker.put("a", body);
  const other = docker.put("b", body);
  await mirror.resync(end.signal);
  await told(1);
  docker.containers.delete(id);
  await assert.rejects(mirror.look(id, end.signal));
  mirror.note({ type: "containerGone", id, timeNanos: docker.now() }, labels, end.signal);
  docker.run(other);
  await mirror.refresh(other, end.signal);
  assert.deepEqual(await told(2), ["1 gone", "2 running"]);
});

test("an event told twice, or known from our own look, costs no inspect", async () => {
  const { docker, mirror, end } = set();
  const id = docker.put("a", body);
  docker.run(id);
  const timeNanos = docker.now();
  await mirror.look(id, end.signal);
  mirror.note({ type: "containerChanged", action: "start", id, timeNanos }, labels, end.signal);
  docker.end(id, 0);
  await mirror.look(id, end.signal);
  const late = { id, exitCode: 0, timeNanos: docker.now() };
  mirror.note({ type: "containerDied", ...late }, labels, end.signal);
  await setImmediate();
  assert.equal(inspectsOf(docker, id), 2);
});

test("many events of one object at once cost two inspects at most", async () => {
  const { docker, mirror, end } = set();
  const id = docker.put("a", body);
  const refreshes = [1, 2, 3, 4, 5].map(() => mirror.refresh(id, end.signal));
  await Promise.all(refreshes);
  assert.equal(inspectsOf(docker, id), 2);
});

test("what is being made is not told by events or lists, and its end is noticed", async () => {
  const { docker, mirror, told, end } = set();
  const named = { ...labels, name: "a" };
  {
    using making = mirror.making("a");
    making.id = docker.put("a", body);
    const event = { id: making.id, timeNanos: docker.now() };
    mirror.note({ ...event, type: "containerChanged", action: "create" }, named, end.signal);
    await mirror.resync(end.signal);
    assert.deepEqual(await told(1), ["all: "]);
    mirror.note({ ...event, id: "before", type: "containerGone" }, named, end.signal);
    assert.equal(making.hasEnded, false);
    mirror.note({ ...event, type: "containerDied", exitCode: 1 }, named, end.signal);
    assert.equal(making.hasEnded, true);
  }
  await mirror.resync(end.signal);
  assert.deepEqual(await told(1), ["all: 1 created"]);
});

test("a container that cannot be inspected is told as the list shows it, and stops nothing", async () => {
  const { docker, mirror, told, end } = set();
  const broken = docker.put("a", body);
  docker.run(broken);
  docker.put("b", body);
  docker.before = (call) => {
    if (call.includes(broken)) throw new CriError("Internal", "layer not known");
  };
  await mirror.resync(end.signal);
  assert.deepEqual(await told(1), ["all: 1 running, 2 created"]);
  docker.before = nothing;
  await mirror.compare(end.signal);
  assert.deepEqual(await told(1), ["all: 1 running, 2 created"]);
  assert.ok((mirror.seen(broken)?.pid ?? 0) > 0);
});

test("a list that cannot be read to its end declares nothing gone", async () => {
  const { docker, mirror, told, end } = set();
  const first = docker.put("a", body);
  const second = docker.put("b", body);
  await mirror.resync(end.signal);
  await told(1);
  docker.containers.delete(first);
  docker.before = (call) => {
    if (call.includes(second)) throw new CriError("Unavailable", "docker is away");
  };
  await assert.rejects(mirror.resync(end.signal), { kind: "Unavailable" });
  assert.ok(mirror.seen(first) !== undefined && mirror.seen(second) !== undefined);
  docker.before = nothing;
  await mirror.resync(end.signal);
  assert.deepEqual(await told(1), ["all: 2 created"]);
});

test("what is listed and cannot be read is not said to be gone", async () => {
  const { docker, mirror, end } = set();
  const events = mirror.outlet.read(end.signal);
  const id = docker.put("unreadable", body);
  for (const tell of ["resync", "compare"] as const) {
    await mirror[tell](end.signal);
    const { value } = await events.next();
    assert.ok(value?.type === "resync");
    assert.deepEqual([value.containers, value.listed], [[], [id]]);
  }
});

test("an object without our label is nobody's business", async () => {
  const { docker, mirror, end } = set();
  const started = { type: "containerChanged", action: "start", id: "x", timeNanos: 1n } as const;
  mirror.note(started, { name: "web" }, end.signal);
  await setImmediate();
  assert.deepEqual(docker.calls, []);
});

test("a lost event is found by the next comparison, for one call", async () => {
  const { docker, mirror, told, end } = set();
  const lost = docker.put("a", body);
  docker.put("b", body);
  docker.run(lost);
  await mirror.resync(end.signal);
  await told(1);
  docker.end(lost, 9);
  const added = docker.put("c", body);
  docker.calls.length = 0;
  await mirror.compare(end.signal);
  assert.deepEqual(await told(1), ["all: 1 ended 9, 2 created, 3 created"]);
  docker.containers.delete(added);
  await mirror.compare(end.signal);
  assert.deepEqual(await told(2), ["all: 1 ended 9, 2 created", "3 gone"]);
  assert.equal(docker.calls.filter((call) => call === "GET /containers/json").length, 2);
  assert.equal(docker.calls.length, 4);
});

test("after a lost connection everything is read again", async () => {
  const { docker, link, told, end, wake } = set();
  const id = docker.put("a", body);
  docker.run(id);
  const running = link.run(end.signal);
  await told(1);
  docker.before = () => {
    throw new CriError("Unavailable", "nobody listens");
  };
  docker.end(id, 5);
  docker.disconnect();
  while (link.condition().ok) await setImmediate();
  assert.equal(link.condition().reason, "DockerUnreachable");
  docker.before = nothing;
  wake();
  assert.deepEqual(await told(1), ["all: 1 ended 5"]);
  end.abort();
  await running;
});

test("what another engine lacked is seen again once its own answers", async () => {
  const { docker, mirror, told, end } = set();
  const id = docker.put("a", body);
  docker.run(id);
  await mirror.resync(end.signal);
  const own = new Map(docker.containers);
  docker.containers.clear();
  await mirror.resync(end.signal);
  assert.equal(mirror.seen(id), undefined);
  for (const [key, container] of own) docker.containers.set(key, container);
  await mirror.resync(end.signal);
  assert.deepEqual(await told(1), ["all: 1 running"]);
});

test("an engine that does not answer pings is not ready, and is again once it does", async () => {
  const { docker, link, told, end, wake } = set();
  const running = link.run(end.signal);
  await told(1);
  docker.before = () => {
    throw new CriError("DeadlineExceeded", "no answer");
  };
  while (link.condition().ok) {
    wake();
    await setImmediate();
  }
  assert.equal(link.condition().reason, "DockerHangs");
  docker.before = nothing;
  while (!link.condition().ok) {
    wake();
    await setImmediate();
  }
  assert.equal(docker.calls.filter((call) => call === "GET /events").length, 1);
  end.abort();
  await running;
});
