import { containerState } from "../model/container.ts";
import type { RuntimeContext } from "./context.ts";
import { findContainer } from "./resolve.ts";

/**
 * Stops a container: its stop signal, that many seconds of grace, then a kill. Takes no lock: a later stop with less grace must
 * win over one that waits. Ended already, never started or not there: a success, as the CRI asks.
 */
export async function stopContainer(
  context: RuntimeContext,
  request: { readonly id: string; readonly graceSeconds: number },
  signal: AbortSignal,
): Promise<void> {
  const record = findContainer(context.ledger, request.id);
  if (record === undefined || containerState(record.facts) === "EXITED") return;
  const { container } = record;
  const facts = await context.router
    .of(container)
    .containers.stop(container, request.graceSeconds, signal);
  context.ledger.containers.learn({ ...record, facts });
}
