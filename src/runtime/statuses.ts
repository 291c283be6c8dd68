import type { RuntimeContext } from "./context.ts";
import { podView } from "./pod-view.ts";
import { needContainer, needSandbox } from "./resolve.ts";
import type { ContainerView, PodSandboxView, VerboseInfo } from "./runtime.ts";

/**
 * A sandbox with its containers, from memory; the pod's newest one with those of older ones as well, since kubelets that follow
 * events take them for all that the pod has. Throws CriError, NotFound.
 */
export function podSandboxStatus(
  context: RuntimeContext,
  id: string,
  verbose: boolean,
): PodSandboxView {
  const record = needSandbox(context.ledger, id);
  const { sandbox, facts } = record;
  const pod = podView(context.ledger, record);
  const isNewest = pod.sandbox.sandbox.id === sandbox.id;
  return {
    record,
    containers: isNewest ? pod.containers : context.ledger.containersOf(sandbox.id),
    timestampNanos: context.clock.nowNanos(),
    info: verbose
      ? describe({ engine: sandbox.engine, pid: facts.pid, config: sandbox.config })
      : {},
  };
}

/** A container, from memory. Throws CriError, NotFound. */
export function containerStatus(
  context: RuntimeContext,
  id: string,
  verbose: boolean,
): ContainerView {
  const record = needContainer(context.ledger, id);
  const { container, facts } = record;
  const { engine, sandboxId, config } = container;
  return {
    record,
    info: verbose ? describe({ engine, sandboxID: sandboxId, pid: facts.pid, config }) : {},
  };
}

/** One JSON text under `info`, where CRI clients look for a pid. */
function describe(facts: object): VerboseInfo {
  return {
    info: JSON.stringify(facts, (_key, value: unknown) =>
      typeof value === "bigint" ? Number(value) : value,
    ),
  };
}
