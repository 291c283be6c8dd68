import { type ContainerFacts, containerState } from "../model/container.ts";
import { CriError } from "../model/error.ts";
import type { LinuxResources } from "../model/resources.ts";
import type { RuntimeContext } from "./context.ts";
import { mergeContainerFacts } from "./facts.ts";
import { withLimitsInForce } from "./limits.ts";
import { needContainer } from "./resolve.ts";

/** Changes the limits that are said. Throws CriError: FailedPrecondition when the container has ended, what the engine refuses. */
export async function updateContainerResources(
  context: RuntimeContext,
  request: { readonly id: string; readonly resources: LinuxResources },
  signal: AbortSignal,
): Promise<void> {
  const { container } = needContainer(context.ledger, request.id);
  await context.locks.run(
    container.id,
    async () => {
      const record = needContainer(context.ledger, container.id);
      if (containerState(record.facts) === "EXITED") {
        throw new CriError(
          "FailedPrecondition",
          `container "${container.id}" has ended: its resources cannot be changed`,
        );
      }
      const facts = await context.router
        .of(container)
        .containers.update(withLimitsInForce(record), request.resources, signal);
      recordLimits(context, container.id, facts);
    },
    signal,
  );
}

/** Limits are the update's to say; of the rest it may know less than what was reported meanwhile. */
function recordLimits({ ledger }: RuntimeContext, id: string, told: ContainerFacts): void {
  const record = ledger.containers.get(id);
  if (record === undefined) return;
  const facts = { ...mergeContainerFacts(record.facts, told), resources: told.resources };
  ledger.containers.update({ ...record, facts });
}
