import { removeContainerLocked } from "./container-remove.ts";
import type { RuntimeContext } from "./context.ts";
import { findSandbox } from "./resolve.ts";
import { stopSandboxLocked } from "./sandbox-stop.ts";

/** Removes a sandbox with its containers, stopping what runs. Not there: a success, as the CRI asks. */
export async function removePodSandbox(
  context: RuntimeContext,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const found = findSandbox(context.ledger, id);
  if (found === undefined) return;
  const { sandbox } = found;
  await context.locks.run(
    sandbox.id,
    async () => {
      const record = context.ledger.sandboxes.get(sandbox.id);
      if (record === undefined) return;
      await stopSandboxLocked(context, record, signal);
      await Promise.all(
        context.ledger
          .containersOf(sandbox.id)
          .map(({ container }) =>
            context.locks.run(
              container.id,
              () => removeContainerLocked(context, container.id, signal),
              signal,
            ),
          ),
      );
      await context.router.of(sandbox).sandboxes.remove(sandbox, signal);
      context.ledger.sandboxes.drop(sandbox.id);
      context.podStats.forget(sandbox.id);
      context.metrics.forget(sandbox.id);
    },
    signal,
  );
}
