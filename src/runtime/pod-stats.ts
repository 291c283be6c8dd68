import type { SandboxRecord } from "../backends/backend.ts";
import { CriError, messageOf } from "../model/error.ts";
import { podSandboxState } from "../model/pod-sandbox.ts";
import type { PodSandboxStatsFilter } from "../model/request.ts";
import type { ContainerLocation, PodSandboxLocation } from "../model/stats.ts";
import type { RuntimeContext } from "./context.ts";
import { listPodSandboxes } from "./lists.ts";
import { needSandbox } from "./resolve.ts";
import type { PodSandboxStatsView } from "./runtime.ts";
import { listContainerStats } from "./stats.ts";

/** Returns a sample of a pod with its running containers. Throws CriError: NotFound, or FailedPrecondition when it is not ready. */
export async function podSandboxStats(
  context: RuntimeContext,
  id: string,
  signal: AbortSignal,
): Promise<PodSandboxStatsView> {
  const record = needSandbox(context.ledger, id);
  const view = await sample(context, record, signal);
  if (view !== undefined) return view;
  throw new CriError(
    "FailedPrecondition",
    `pod sandbox "${record.sandbox.id}" is not ready: there is nothing to measure`,
  );
}

/** Returns a sample of each ready sandbox that passes the filter; one that ends meanwhile, or cannot be measured, is left out. */
export async function listPodSandboxStats(
  context: RuntimeContext,
  filter: PodSandboxStatsFilter,
  signal: AbortSignal,
): Promise<readonly PodSandboxStatsView[]> {
  const records = listPodSandboxes(context.ledger, { ...filter, state: "READY" });
  const views = await Promise.all(
    records.map((record) =>
      sample(context, record, signal).catch((thrown: unknown) => {
        if (signal.aborted) throw thrown;
        const fields = { sandboxId: record.sandbox.id, err: messageOf(thrown) };
        context.log.warn("pod sandbox cannot be measured", fields);
        return undefined;
      }),
    ),
  );
  return views.filter((view) => view !== undefined);
}

/** The pod's part and the containers' part come from the same second; a container that cannot be measured does not hide the pod. */
async function sample(
  context: RuntimeContext,
  record: SandboxRecord,
  signal: AbortSignal,
): Promise<PodSandboxStatsView | undefined> {
  const { sandbox, facts } = record;
  if (podSandboxState(facts) !== "READY") return undefined;
  const location = locationOf(context, record);
  const all = { id: undefined, podSandboxId: sandbox.id, labelSelector: {} };
  const [stats, containers] = await Promise.all([
    context.podStats.sample(sandbox.id, location, signal),
    listContainerStats(context, all, signal),
  ]);
  return stats === undefined ? undefined : { record, stats, containers };
}

/** Returns where a pod and its running containers are. From memory. */
export function locationOf(context: RuntimeContext, record: SandboxRecord): PodSandboxLocation {
  const { sandbox, facts } = record;
  const { cgroupParent, security } = sandbox.config;
  return {
    pid: facts.pid,
    cgroupParent,
    hasOwnNetwork: security.namespaces.network !== "NODE",
    hostInterface: context.network.hostInterface(sandbox.id),
    containers: runningContainers(context, record),
  };
}

function runningContainers(
  { ledger, router }: RuntimeContext,
  { sandbox }: SandboxRecord,
): ReadonlyMap<string, ContainerLocation> {
  const running = new Map<string, ContainerLocation>();
  const { containers } = router.of(sandbox);
  for (const { container } of ledger.containersOf(sandbox.id)) {
    const location = containers.locate(container);
    if (location !== undefined) running.set(container.id, location);
  }
  return running;
}
