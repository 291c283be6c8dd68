import { type ContainerFacts, containerState } from "../model/container.ts";
import type { ContainerEventType } from "../model/event.ts";
import { type PodSandboxFacts, podSandboxState } from "../model/pod-sandbox.ts";

/** The part of an object's facts that its transitions follow from. */
interface Life {
  /** 0n before the start. */
  readonly startedAtNanos: bigint;
  readonly hasEnded: boolean;
}

/**
 * What happened to a container between two looks at it, in order; undefined: it was not there. A start that failed is an end without a
 * start; a later start (`docker restart`) ends the life before it.
 */
export function containerTransitions(
  before: ContainerFacts | undefined,
  after: ContainerFacts | undefined,
): readonly ContainerEventType[] {
  return transitions(before && lifeOfContainer(before), after && lifeOfContainer(after));
}

/** The same for a sandbox, whose life is that of the process that holds its namespaces. */
export function sandboxTransitions(
  before: PodSandboxFacts | undefined,
  after: PodSandboxFacts | undefined,
): readonly ContainerEventType[] {
  return transitions(before && lifeOfSandbox(before), after && lifeOfSandbox(after));
}

/**
 * ```
 *  (none) ──CREATED──▶ made ──STARTED──▶ runs ──STOPPED──▶ ended ──DELETED──▶ (none)
 *                       └───── STOPPED (failed start) ──────▲ │
 *                                         ▲──── STARTED ──────┘ (another life)
 * ```
 */
function transitions(
  before: Life | undefined,
  after: Life | undefined,
): readonly ContainerEventType[] {
  if (after === undefined) return before === undefined ? [] : ending(before);
  const created: readonly ContainerEventType[] = before === undefined ? ["CREATED"] : [];
  const from = before ?? { startedAtNanos: 0n, hasEnded: false };
  if (from.startedAtNanos === after.startedAtNanos)
    return after.hasEnded && !from.hasEnded ? [...created, "STOPPED"] : created;
  const stopped: readonly ContainerEventType[] = isRunning(from) ? ["STOPPED"] : [];
  const ended: readonly ContainerEventType[] = after.hasEnded ? ["STOPPED"] : [];
  return [...created, ...stopped, "STARTED", ...ended];
}

function ending(before: Life): readonly ContainerEventType[] {
  return isRunning(before) ? ["STOPPED", "DELETED"] : ["DELETED"];
}

function isRunning({ startedAtNanos, hasEnded }: Life): boolean {
  return startedAtNanos > 0n && !hasEnded;
}

function lifeOfContainer(facts: ContainerFacts): Life {
  return {
    startedAtNanos: facts.startedAtNanos,
    hasEnded: containerState(facts) === "EXITED",
  };
}

/** One that has not started is not ready either, but has nothing to end. */
function lifeOfSandbox(facts: PodSandboxFacts): Life {
  const { startedAtNanos } = facts;
  return { startedAtNanos, hasEnded: startedAtNanos > 0n && podSandboxState(facts) !== "READY" };
}
