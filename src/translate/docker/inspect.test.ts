import assert from "node:assert/strict";
import { test } from "node:test";
import { golden } from "../../../test/fixtures/docker-pod.ts";
import { containerState, exitReason } from "../../model/container.ts";
import { podSandboxState } from "../../model/pod-sandbox.ts";
import { noResources } from "../../model/resources.ts";
import type { DockerContainerInspect, DockerState } from "./api.ts";
import { containerFacts, sandboxFacts } from "./inspect.ts";

const running = golden<DockerContainerInspect>("inspect-running");
const killed = golden<DockerContainerInspect>("inspect-killed");
const failed = golden<DockerContainerInspect>("inspect-start-failed");
const sandbox = golden<DockerContainerInspect>("inspect-sandbox");

function withState(
  inspect: DockerContainerInspect,
  state: Partial<DockerState>,
): DockerContainerInspect {
  return { ...inspect, State: { ...inspect.State, ...state } };
}

test("a running sandbox is ready until its process ends", () => {
  const facts = sandboxFacts(sandbox, ["10.0.0.2"]);
  assert.equal(podSandboxState(facts), "READY");
  assert.equal(facts.pid, sandbox.State.Pid);
  assert.deepEqual(facts.ips, ["10.0.0.2"]);
  const ended = { Status: "exited", Pid: 0, FinishedAt: "2026-11-23T12:00:00.5Z" };
  assert.equal(podSandboxState(sandboxFacts(withState(sandbox, ended), [])), "NOTREADY");
});

test("a running container shows its process and its limits", () => {
  const facts = containerFacts(running);
  assert.equal(containerState(facts), "RUNNING");
  assert.equal(facts.pid, running.State.Pid);
  assert.equal(facts.finishedAtNanos, 0n);
  assert.deepEqual(facts.resources, {
    ...noResources,
    cpuPeriodMicros: 100_000,
    cpuQuotaMicros: 20_000,
    cpuShares: 204,
    memoryLimitBytes: 67_108_864,
    memorySwapLimitBytes: 67_108_864,
    oomScoreAdj: 900,
  });
});

test("a container that was killed tells how and when, and has no process", () => {
  const facts = containerFacts(killed);
  assert.equal(facts.exitCode, 137);
  assert.equal(facts.pid, 0);
  assert.equal(exitReason(facts), "Error");
  assert.ok(facts.finishedAtNanos > facts.startedAtNanos);
});

test("a start that failed is an end, with docker's words and code", () => {
  const facts = containerFacts(failed, { failedAtNanos: 7n });
  assert.equal(containerState(facts), "EXITED");
  assert.equal(exitReason(facts), "ContainerCannotRun");
  assert.equal(facts.exitCode, 127);
  assert.match(facts.error, /exec: "\/nope"/);
  assert.equal(facts.finishedAtNanos, 7n);
  assert.ok(containerFacts(failed).finishedAtNanos > 0n);
  assert.equal(containerFacts(withState(failed, { ExitCode: 0 })).exitCode, 128);
});

test("a container that was only created is neither running nor ended", () => {
  const facts = containerFacts(withState(failed, { ExitCode: 0, Error: "" }));
  assert.equal(containerState(facts), "CREATED");
  assert.equal(facts.error, "");
});

test("OOMKilled is said of the container's own end only", () => {
  const oom = { OOMKilled: true };
  assert.equal(containerFacts(withState(running, oom)).oomKilled, false);
  assert.equal(exitReason(containerFacts(withState(killed, oom))), "OOMKilled");
  const byItself = containerFacts(withState(killed, { ...oom, ExitCode: 0 }));
  assert.equal(exitReason(byItself), "Completed");
});

test("an end without a time is at least not a life", () => {
  const lost = containerFacts(withState(killed, { FinishedAt: "0001-01-01T00:00:00Z" }));
  assert.equal(containerState(lost), "EXITED");
});

test("limits beyond docker's come from the caller", () => {
  const hugepageLimits = [{ pageSize: "2MB", limitBytes: 0n }];
  const facts = containerFacts(running, { resources: { hugepageLimits, unified: {} } });
  assert.deepEqual(facts.resources.hugepageLimits, hugepageLimits);
  assert.equal(facts.resources.cpuShares, 204);
});
