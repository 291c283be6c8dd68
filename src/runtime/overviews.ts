import type { Backend, ContainerRecord, SandboxRecord } from "../backends/backend.ts";
import { containerState, exitReason } from "../model/container.ts";
import { messageOf } from "../model/error.ts";
import type { ContainerOverview, EngineOverview, PodOverview } from "../model/overview.ts";
import { podSandboxState } from "../model/pod-sandbox.ts";
import { type Condition, ready } from "../model/runtime.ts";
import type { RuntimeContext } from "./context.ts";
import type { Ledger } from "./ledger.ts";

/** Each engine with its conditions and what the ledger has of it. From memory. */
export function engineOverviews({ router, ledger }: RuntimeContext): readonly EngineOverview[] {
  return router.backends.map((backend) => engineOverview(backend, ledger));
}

function engineOverview(backend: Backend, ledger: Ledger): EngineOverview {
  const podSandboxes = { READY: 0, NOTREADY: 0 };
  for (const { sandbox, facts } of ledger.sandboxes.all()) {
    if (sandbox.engine === backend.name) podSandboxes[podSandboxState(facts)] += 1;
  }
  const containers = { CREATED: 0, RUNNING: 0, EXITED: 0, UNKNOWN: 0 };
  for (const { container, facts } of ledger.containers.all()) {
    if (container.engine === backend.name) containers[containerState(facts)] += 1;
  }
  return {
    engine: backend.name,
    condition: backend.condition(),
    networkCondition: backend.networkCondition(),
    podSandboxes,
    containers,
  };
}

/** Whether lists are answered: not before every engine was read once. From memory. */
export function listsCondition({ known, router }: RuntimeContext): Condition {
  try {
    known.require(router.backends);
    return ready;
  } catch (thrown) {
    return { ok: false, reason: "NeverRead", message: messageOf(thrown) };
  }
}

/** Every pod with its containers, in the order of their creation. From memory; one at a time, so that thousands can be told in pieces. */
export function* podOverviews({ ledger }: RuntimeContext): Iterable<PodOverview> {
  for (const record of ledger.sandboxes.all())
    yield podOverview(record, ledger.containersOf(record.sandbox.id));
}

function podOverview(
  { sandbox, facts }: SandboxRecord,
  containers: readonly ContainerRecord[],
): PodOverview {
  const { name, namespace, uid, attempt } = sandbox.config.metadata;
  return {
    id: sandbox.id,
    name,
    namespace,
    uid,
    attempt,
    engine: sandbox.engine,
    runtimeHandler: sandbox.runtimeHandler,
    state: podSandboxState(facts),
    ips: facts.ips,
    pid: facts.pid,
    createdAt: timeOf(sandbox.createdAtNanos) ?? "",
    containers: containers.map(containerOverview),
  };
}

function containerOverview({ container, facts }: ContainerRecord): ContainerOverview {
  const { metadata, image } = container.config;
  return {
    id: container.id,
    name: metadata.name,
    attempt: metadata.attempt,
    state: containerState(facts),
    image: image.userSpecifiedImage === "" ? image.image : image.userSpecifiedImage,
    pid: facts.pid,
    exitCode: facts.finishedAtNanos > 0n ? facts.exitCode : undefined,
    reason: exitReason(facts),
    createdAt: timeOf(container.createdAtNanos) ?? "",
    startedAt: timeOf(facts.startedAtNanos),
    finishedAt: timeOf(facts.finishedAtNanos),
    logFile: container.logFile,
  };
}

function timeOf(nanos: bigint): string | undefined {
  return nanos > 0n ? new Date(Number(nanos / 1_000_000n)).toISOString() : undefined;
}
