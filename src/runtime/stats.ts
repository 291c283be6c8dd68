import type { ContainerRecord } from "../backends/backend.ts";
import { CriError, messageOf } from "../model/error.ts";
import type { ContainerStatsFilter } from "../model/request.ts";
import type { ContainerLocation } from "../model/stats.ts";
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
  const location = locate(context, record);
  const view = location && (await sample(context, { record, location }, signal));
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
  // Nothing waits for the thousands that may have ended.
  const running = selectContainers(context.ledger, filter).flatMap((record) => {
    const location = locate(context, record);
    return location === undefined ? [] : { record, location };
  });
  const views = await Promise.all(
    running.map((container) =>
      sample(context, container, signal).catch((thrown: unknown) => {
        if (signal.aborted) throw thrown;
        const fields = { containerId: container.record.container.id, err: messageOf(thrown) };
        context.log.warn("container cannot be measured", fields);
        return undefined;
      }),
    ),
  );
  return views.filter((view) => view !== undefined);
}

interface RunningContainer {
  readonly record: ContainerRecord;
  readonly location: ContainerLocation;
}

async function sample(
  { stats }: RuntimeContext,
  { record, location }: RunningContainer,
  signal: AbortSignal,
): Promise<ContainerStatsView | undefined> {
  const figures = await stats.sample(record.container.id, location, signal);
  return figures === undefined ? undefined : { record, stats: figures };
}

function locate(
  { router }: RuntimeContext,
  { container }: ContainerRecord,
): ContainerLocation | undefined {
  return router.of(container).containers.locate(container);
}
