import type { ContainerRecord } from "../backends/backend.ts";
import { CriError, messageOf } from "../model/error.ts";
import type { ContainerStatsFilter } from "../model/request.ts";
import type { RuntimeContext } from "./context.ts";
import { selectContainers } from "./lists.ts";
import { needContainer } from "./resolve.ts";
import type { ContainerStatsView } from "./runtime.ts";

/** Returns a sample of a container. Throws CriError: NotFound, or FailedPrecondition when it does not run. */
export async function containerStats(
  context: RuntimeContext,
  id: string,
  signal: AbortSignal,
): Promise<ContainerStatsView> {
  const record = needContainer(context.ledger, id);
  const view = await sample(context, record, signal);
  if (view !== undefined) return view;
  throw new CriError(
    "FailedPrecondition",
    `container "${record.container.id}" does not run: there is nothing to measure`,
  );
}

/** Returns a sample of each running container that passes the filter; one that ends meanwhile, or cannot be measured, is left out. */
export async function listContainerStats(
  context: RuntimeContext,
  filter: ContainerStatsFilter,
  signal: AbortSignal,
): Promise<readonly ContainerStatsView[]> {
  const records = selectContainers(context.ledger, filter);
  const views = await Promise.all(
    records.map((record) =>
      sample(context, record, signal).catch((thrown: unknown) => {
        if (signal.aborted) throw thrown;
        const fields = { containerId: record.container.id, err: messageOf(thrown) };
        context.log.warn("container cannot be measured", fields);
        return undefined;
      }),
    ),
  );
  return views.filter((view) => view !== undefined);
}

async function sample(
  context: RuntimeContext,
  record: ContainerRecord,
  signal: AbortSignal,
): Promise<ContainerStatsView | undefined> {
  const { container } = record;
  const location = context.router.of(container).containers.locate(container);
  if (location === undefined) return undefined;
  const stats = await context.stats.sample(container.id, location, signal);
  return stats === undefined ? undefined : { record, stats };
}
