import { containerState } from "../model/container.ts";
import { CriError } from "../model/error.ts";
import type { RuntimeContext } from "./context.ts";
import { needContainer } from "./resolve.ts";

/** Opens the container's log file anew after a rotation. Throws CriError, FailedPrecondition when the container does not run. */
export async function reopenContainerLog(
  context: RuntimeContext,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const { container, facts } = needContainer(context.ledger, id);
  if (containerState(facts) !== "RUNNING") {
    throw new CriError(
      "FailedPrecondition",
      `container "${container.id}" does not run: its log has no writer to reopen it`,
    );
  }
  await context.router.of(container).containers.reopenLog(container, signal);
}
