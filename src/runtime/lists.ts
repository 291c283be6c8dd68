import type { ContainerRecord, SandboxRecord } from "../backends/backend.ts";
import { containerState } from "../model/container.ts";
import { podSandboxState } from "../model/pod-sandbox.ts";
import type { ContainerFilter, ContainerStatsFilter, PodSandboxFilter } from "../model/request.ts";
import type { Ledger } from "./ledger.ts";
import { findContainer, findSandbox } from "./resolve.ts";

type Labels = Readonly<Record<string, string>>;

/** The sandboxes that pass every part of the filter that is set; ids may be short. */
export function listPodSandboxes(
  ledger: Ledger,
  filter: PodSandboxFilter,
): readonly SandboxRecord[] {
  const candidates =
    filter.id === undefined ? [...ledger.sandboxes.all()] : present(findSandbox(ledger, filter.id));
  return candidates.filter(
    ({ sandbox, facts }) =>
      (filter.state === undefined || podSandboxState(facts) === filter.state) &&
      matches(sandbox.config.labels, filter.labelSelector),
  );
}

/** The containers that pass every part of the filter that is set; ids may be short. */
export function listContainers(
  ledger: Ledger,
  filter: ContainerFilter,
): readonly ContainerRecord[] {
  return selectContainers(ledger, filter).filter(
    ({ facts }) => filter.state === undefined || containerState(facts) === filter.state,
  );
}

/** The containers that a stats filter means; ids may be short. */
export function selectContainers(
  ledger: Ledger,
  filter: ContainerStatsFilter,
): readonly ContainerRecord[] {
  return candidatesOf(ledger, filter).filter(({ container }) =>
    matches(container.config.labels, filter.labelSelector),
  );
}

function candidatesOf(
  ledger: Ledger,
  { id, podSandboxId }: ContainerStatsFilter,
): readonly ContainerRecord[] {
  if (podSandboxId === undefined)
    return id === undefined ? [...ledger.containers.all()] : present(findContainer(ledger, id));
  const sandbox = findSandbox(ledger, podSandboxId)?.sandbox;
  if (sandbox === undefined) return [];
  if (id === undefined) return ledger.containersOf(sandbox.id);
  return present(findContainer(ledger, id)).filter(
    ({ container }) => container.sandboxId === sandbox.id,
  );
}

function present<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}

function matches(labels: Labels, selector: Labels): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}
