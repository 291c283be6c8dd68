import type { RuntimeContext } from "./context.ts";
import { findContainer } from "./resolve.ts";

/** Removes a container, killing it when it runs. Not there: a success, as the CRI asks. The log file is the kubelet's. */
export async function removeContainer(
  context: RuntimeContext,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const found = findContainer(context.ledger, id);
  if (found === undefined) return;
  const { container } = found;
  await context.locks.run(
    container.id,
    () => removeContainerLocked(context, container.id, signal),
    signal,
  );
}

/** The work of removeContainer, for a caller that holds the container's lock. */
export async function removeContainerLocked(
  context: RuntimeContext,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const record = context.ledger.containers.get(id);
  if (record === undefined) return;
  const { container } = record;
  await context.router.of(container).containers.remove(container, signal);
  context.ledger.containers.drop(container.id);
  context.stats.forget(container.id);
  context.metrics.forget(container.id);
}
