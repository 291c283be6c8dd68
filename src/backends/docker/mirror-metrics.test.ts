import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLog } from "../../../test/fakes/docker-bench.ts";
import { FakeDocker } from "../../../test/fakes/docker-engine.ts";
import { containerId } from "../../model/ids.ts";
import type { Clock, Meter } from "../../model/ports.ts";
import type { ContainerRecord } from "../backend.ts";
import { Mirror } from "./mirror.ts";

const { signal } = new AbortController();
const body = { Labels: { "io.kubernetes.docker.type": "container" }, HostConfig: {} };

function bench() {
  const docker = new FakeDocker();
  const clock = { nowNanos: () => docker.now(), monotonicMillis: () => 0 } as unknown as Clock;
  const counts: Record<string, number> = {};
  const lags: number[] = [];
  const meter: Meter = {
    count: (name, labels, by = 1) => {
      const key = [name, labels?.["reason"]].filter(Boolean).join(" ");
      counts[key] = (counts[key] ?? 0) + by;
    },
    observe: (_, value) => lags.push(value),
    gauge: () => undefined,
  };
  const show = async ({ Id }: { readonly Id: string }) => {
    const record = { container: { id: containerId(Id) }, facts: {} } as ContainerRecord;
    return { type: "container", record } as const;
  };
  const mirror = new Mirror({ api: docker, clock, log: silentLog, meter, show });
  return { docker, mirror, counts, lags };
}

test("full lists are counted by reason, and what a comparison finds without an event", async () => {
  const { docker, mirror, counts } = bench();
  const resyncs = "cri_ferry_engine_resyncs_total";
  const drifts = "cri_ferry_engine_drifts_total";
  assert.deepEqual(counts, { [`${resyncs} connect`]: 0, [`${resyncs} compare`]: 0, [drifts]: 0 });
  const [kept, ended, removed] = ["a", "b", "c"].map((name) => docker.put(name, body));
  assert.ok(kept !== undefined && ended !== undefined && removed !== undefined);
  for (const id of [kept, ended]) docker.run(id);
  await mirror.resync(signal);
  await mirror.compare(signal);
  assert.equal(counts[drifts], 0);
  docker.end(ended, 1);
  docker.containers.delete(removed);
  await mirror.compare(signal);
  assert.deepEqual(counts, { [`${resyncs} connect`]: 1, [`${resyncs} compare`]: 2, [drifts]: 2 });
});

test("the time from an event to what it tells is observed where it was news, once an event", async () => {
  const { docker, mirror, lags } = bench();
  const id = docker.put("a", body);
  docker.run(id);
  await mirror.resync(signal);
  const attributes = { ...body.Labels, name: "a" };
  const die = { type: "containerDied", id, exitCode: 1 } as const;
  docker.end(id, 1);
  const timeNanos = docker.now() - 2_000_000_000n;
  mirror.note({ ...die, timeNanos }, attributes, signal);
  await mirror.refresh(id, signal);
  await Promise.resolve();
  assert.equal(lags.length, 1);
  assert.ok((lags[0] ?? 0) >= 2);
  mirror.note({ ...die, timeNanos }, attributes, signal);
  assert.equal(lags.length, 1);
  docker.containers.delete(id);
  mirror.note(
    { type: "containerGone", id, timeNanos: docker.now() + 10n ** 12n },
    attributes,
    signal,
  );
  assert.deepEqual([lags.length, lags[1]], [2, 0]);
});
