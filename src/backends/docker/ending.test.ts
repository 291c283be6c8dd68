import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { silentLog, silentMeter } from "../../../test/fakes/docker-bench.ts";
import { FakeDocker } from "../../../test/fakes/docker-engine.ts";
import { ManualClock } from "../../../test/fakes/manual-clock.ts";
import { CriError } from "../../model/error.ts";
import { waitForEnd } from "./ending.ts";
import { Mirror } from "./mirror.ts";

const body = { HostConfig: {} };

/** A mirror that can show nothing of what docker has. */
function blind(): { readonly docker: FakeDocker; readonly mirror: Mirror } {
  const docker = new FakeDocker();
  const show = () => Promise.reject(new CriError("Internal", "its labels are broken"));
  const mirror = new Mirror({
    api: docker,
    clock: new ManualClock(),
    log: silentLog,
    meter: silentMeter,
    show,
  });
  return { docker, mirror };
}

test("a running container that cannot be shown is waited for", async () => {
  const { docker, mirror } = blind();
  const id = docker.put("a", body);
  docker.run(id);
  const grace = new AbortController();
  let isOver = false;
  const waiting = waitForEnd(mirror, id, grace.signal).finally(() => {
    isOver = true;
  });
  for (let turn = 0; turn < 5; turn++) await setImmediate();
  assert.equal(isOver, false);
  grace.abort(new CriError("DeadlineExceeded", "its grace is over"));
  await assert.rejects(waiting, { kind: "DeadlineExceeded" });
});

test("one that has ended, or is gone, is not waited for though it cannot be shown", async () => {
  const { docker, mirror } = blind();
  const id = docker.put("a", body);
  docker.run(id);
  docker.end(id, 3);
  const { signal } = new AbortController();
  assert.equal(await waitForEnd(mirror, id, signal), undefined);
  docker.containers.delete(id);
  assert.equal(await waitForEnd(mirror, id, signal), undefined);
});
