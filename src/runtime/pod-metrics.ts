import type { ContainerRecord, SandboxRecord } from "../backends/backend.ts";
import { containerState } from "../model/container.ts";
import type { ContainerFigures, ContainerMetrics, PodSandboxMetrics } from "../model/metrics.ts";
import type { ContainerLocation, PodSandboxLocation } from "../model/stats.ts";
import type { RuntimeContext } from "./context.ts";
import { listPodSandboxes } from "./lists.ts";
import { locationOf } from "./pod-stats.ts";

/**
 * Returns what metrics tell of every ready sandbox and of its containers that run or died for want of memory; whatever ends
 * meanwhile, or cannot be measured, is left out. Throws CriError, Cancelled or DeadlineExceeded, when the signal aborts.
 */
export async function listPodSandboxMetrics(
  context: RuntimeContext,
  signal: AbortSignal,
): Promise<readonly PodSandboxMetrics[]> {
  const records = listPodSandboxes(context.ledger, ready);
  const locations = new Map<string, PodSandboxLocation>();
  const containers = new Map<string, ContainerLocation>();
  for (const record of records) {
    const location = locationOf(context, record);
    locations.set(record.sandbox.id, location);
    for (const [id, place] of location.containers) containers.set(id, place);
  }
  const [pods, figures, networks] = await Promise.all([
    context.metrics.pods(onePerCgroup(records, locations)),
    context.metrics.containers(containers, signal),
    context.metrics.networks(locations),
  ]);
  return records.map(({ sandbox, facts }) => ({
    sandbox,
    startedAtNanos: facts.startedAtNanos,
    pod: pods.get(sandbox.id),
    network: networks.get(sandbox.id),
    containers: context.ledger
      .containersOf(sandbox.id)
      .flatMap((record) => containerMetrics(context, record, figures)),
  }));
}

const ready = { id: undefined, state: "READY", labelSelector: {} } as const;

/**
 * Leaves out all but the newest sandbox of those that share a cgroup and a name, as a pod's old and new sandbox do for a moment:
 * two series with the same labels would cost the reader all metrics.
 */
function onePerCgroup(
  records: readonly SandboxRecord[],
  locations: ReadonlyMap<string, PodSandboxLocation>,
): ReadonlyMap<string, PodSandboxLocation> {
  const newest = new Map<string, SandboxRecord>();
  for (const record of records) {
    const { metadata, cgroupParent } = record.sandbox.config;
    const key = `${metadata.namespace}/${metadata.name}/${cgroupParent}`;
    const other = newest.get(key);
    if (other === undefined || other.sandbox.createdAtNanos < record.sandbox.createdAtNanos)
      newest.set(key, record);
  }
  const chosen = new Map<string, PodSandboxLocation>();
  for (const { sandbox } of newest.values()) {
    const location = locations.get(sandbox.id);
    if (location !== undefined) chosen.set(sandbox.id, location);
  }
  return chosen;
}

function containerMetrics(
  { clock, metrics }: RuntimeContext,
  { container, facts }: ContainerRecord,
  figures: ReadonlyMap<string, ContainerFigures>,
): readonly ContainerMetrics[] {
  const { startedAtNanos } = facts;
  const running = figures.get(container.id);
  if (running !== undefined) return [{ container, startedAtNanos, figures: running }];
  if (!facts.oomKilled || containerState(facts) !== "EXITED") return [];
  const { cgroupPath = "", oomKills = 0n } = metrics.lastSeen(container.id) ?? {};
  // The kill that ended it came after the last look, or else was not the first.
  const ended = {
    cgroupPath,
    timestampNanos: clock.nowNanos(),
    oomKills: oomKills > 0n ? oomKills : 1n,
  };
  return [{ container, startedAtNanos, figures: ended }];
}
