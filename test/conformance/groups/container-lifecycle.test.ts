import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { eventually } from "../../harness/eventually.ts";
import { logFile, logUntil } from "../log-file.ts";
import {
  containerStatus,
  createContainer,
  ended,
  type Pod,
  runToEnd,
  sharedPod,
  startContainer,
  startPod,
  uniqueName,
} from "../pod.ts";
import { notFound, refused } from "../refusal.ts";
import { needs, runtime, subject } from "../subject.ts";

const pod = sharedPod();

/** Starts a container whose script has set its traps once this returns. */
async function startTrapping(inPod: Pod, script: string, changes = {}): Promise<string> {
  const logPath = `${uniqueName("traps")}/0.log`;
  const command = ["sh", "-c", `${script}; echo set; while :; do sleep 1 & wait; done`];
  const id = await startContainer(inPod, { command, logPath, ...changes });
  await logUntil(logFile(inPod, logPath), (entries) => entries.length > 0);
  return id;
}

test("a container is created, runs, ends, and is removed", async () => {
  const containerId = await createContainer(pod(), { command: ["sleep", "0.2"] });
  assert.equal((await containerStatus(containerId)).state, "CONTAINER_CREATED");
  await runtime("StartContainer", { containerId });
  assert.equal((await ended(containerId)).exitCode, 0);
  await runtime("RemoveContainer", { containerId });
  await notFound(runtime("ContainerStatus", { containerId }));
});

test("a started container runs", async () => {
  const id = await startContainer(pod());
  assert.equal((await containerStatus(id)).state, "CONTAINER_RUNNING");
});

test("its times follow each other and are in nanoseconds", async () => {
  const before = BigInt(Date.now() - 1000) * 1_000_000n;
  const status = await runToEnd(pod(), { command: ["sleep", "0.5"] });
  const times = [before, ...[status.createdAt, status.startedAt, status.finishedAt].map(BigInt)];
  const after = BigInt(Date.now() + 1000) * 1_000_000n;
  assert.deepEqual(
    [...times, after],
    [...times, after].toSorted((a, b) => (a < b ? -1 : 1)),
  );
});

test("a created container has neither started nor finished", async () => {
  const status = await containerStatus(await createContainer(pod()));
  assert.deepEqual([status.startedAt, status.finishedAt], ["0", "0"]);
});

describe("StopContainer", () => {
  test("sends SIGTERM and answers once the container has ended", async () => {
    const containerId = await startTrapping(pod(), "trap 'exit 7' TERM");
    await runtime("StopContainer", { containerId, timeout: 60 });
    const status = await containerStatus(containerId);
    assert.equal(status.state, "CONTAINER_EXITED");
    assert.equal(status.exitCode, 7);
  });

  test("kills after the grace period", async () => {
    const containerId = await startTrapping(pod(), "trap '' TERM");
    await runtime("StopContainer", { containerId, timeout: 1 });
    assert.equal((await containerStatus(containerId)).exitCode, 137);
  });

  test("kills at once without a grace period", async () => {
    const containerId = await startTrapping(pod(), "trap 'exit 7' TERM");
    await runtime("StopContainer", { containerId, timeout: 0 });
    assert.equal((await containerStatus(containerId)).exitCode, 137);
  });

  test("sends the signal that the image names", async () => {
    const image = { image: subject.images.stopSignal.reference };
    const containerId = await startTrapping(pod(), "trap 'exit 8' USR1; trap '' TERM", { image });
    await runtime("StopContainer", { containerId, timeout: 60 });
    assert.equal((await containerStatus(containerId)).exitCode, 8);
  });

  test("sends the signal that the container was given", needs("stop-signal"), async () => {
    const changes = { stopSignal: "SIGNAL_SIGUSR2" };
    const containerId = await startTrapping(pod(), "trap 'exit 9' USR2; trap '' TERM", changes);
    await runtime("StopContainer", { containerId, timeout: 60 });
    const status = await containerStatus(containerId);
    assert.equal(status.exitCode, 9);
    assert.equal(status.stopSignal, "SIGNAL_SIGUSR2");
  });

  test("with a shorter grace period wins over one that waits", async () => {
    const containerId = await startTrapping(pod(), "trap 'echo asked' TERM");
    const path = (await containerStatus(containerId)).logPath;
    const patient = runtime("StopContainer", { containerId, timeout: 86_400 });
    const asked = (content: Buffer) => content.toString() === "asked";
    await logUntil(path, (entries) => entries.some(({ content }) => asked(content)));
    await runtime("StopContainer", { containerId, timeout: 0 });
    await patient.catch(() => undefined);
    assert.equal((await containerStatus(containerId)).state, "CONTAINER_EXITED");
  });

  test("ends whatever the container's first process has started", async () => {
    const containerId = await startTrapping(pod(), "sleep 454545 & trap 'exit 0' TERM");
    await runtime("StopContainer", { containerId, timeout: 60 });
    assert.equal((await containerStatus(containerId)).state, "CONTAINER_EXITED");
  });
});

test("RemoveContainer ends a container that runs", async () => {
  const containerId = await startContainer(pod());
  await runtime("RemoveContainer", { containerId });
  await notFound(runtime("ContainerStatus", { containerId }));
});

test("RemoveContainer takes one that never ran", async () => {
  const containerId = await createContainer(pod());
  await runtime("RemoveContainer", { containerId });
  await notFound(runtime("ContainerStatus", { containerId }));
});

test("starting a container that runs does not start it anew", async () => {
  const containerId = await startContainer(pod());
  const before = await containerStatus(containerId);
  await runtime("StartContainer", { containerId }).catch(() => undefined);
  const after = await containerStatus(containerId);
  assert.equal(after.state, "CONTAINER_RUNNING");
  assert.equal(after.startedAt, before.startedAt);
});

test("an ended container does not start again", async () => {
  const containerId = await startContainer(pod());
  await runtime("StopContainer", { containerId, timeout: 0 });
  await refused(runtime("StartContainer", { containerId }), "FailedPrecondition");
  assert.equal((await containerStatus(containerId)).state, "CONTAINER_EXITED");
});

test("a stopped sandbox takes no container", async (t) => {
  const stopped = await startPod(t);
  await runtime("StopPodSandbox", { podSandboxId: stopped.id });
  await refused(createContainer(stopped), "FailedPrecondition");
});

test("the next attempt of a container stands beside the ended one", async () => {
  const name = uniqueName("again");
  const first = await runToEnd(pod(), { metadata: { name, attempt: 0 }, command: ["false"] });
  const second = await startContainer(pod(), { metadata: { name, attempt: 1 } });
  assert.notEqual(second, first.id);
  assert.equal((await containerStatus(second)).metadata?.attempt, 1);
  assert.equal((await containerStatus(first.id)).exitCode, 1);
});

test("a command that does not exist fails to start and says why", async () => {
  const containerId = await createContainer(pod(), { command: ["/no/such/program"] });
  const error = await refused(
    runtime("StartContainer", { containerId }),
    "InvalidArgument",
    "NotFound",
    "FailedPrecondition",
    "Internal",
    "Unknown",
  );
  assert.match(error.message, /no\/such\/program/);
  const status = await eventually("an end", async () => {
    const found = await containerStatus(containerId);
    return found.state === "CONTAINER_EXITED" ? found : undefined;
  });
  assert.notEqual(status.exitCode, 0);
  assert.notEqual(status.reason, "");
  assert.match(status.message, /no\/such\/program/);
});
