import type { SandboxRecord } from "../backends/backend.ts";
import { containerState } from "../model/container.ts";
import type { RuntimeContext } from "./context.ts";
import { findSandbox } from "./resolve.ts";

/**
 * Ends a sandbox: kills what still runs in it, takes its network down, ends the holder of its namespaces. Stopped already or not
 * there: a success, as the CRI asks.
 */
export async function stopPodSandbox(
  context: RuntimeContext,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const found = findSandbox(context.ledger, id);
  if (found === undefined) return;
  await context.locks.run(
    found.sandbox.id,
    () => stopSandboxLocked(context, found, signal),
    signal,
  );
}

/** The work of stopPodSandbox, for a caller that holds the sandbox's lock. */
export async function stopSandboxLocked(
  context: RuntimeContext,
  record: SandboxRecord,
  signal: AbortSignal,
): Promise<void> {
  const { sandbox } = record;
  const backend = context.router.of(sandbox);
  await killContainers(context, record, signal);
  const facts = await backend.sandboxes.stop(sandbox, signal);
  await context.failpoint("runtime.sandbox.stopped");
  const known = context.ledger.sandboxes.get(sandbox.id);
  if (known !== undefined) context.ledger.sandboxes.learn({ ...known, facts });
}

/** "If there are any running containers in the sandbox, they must be forcibly terminated": all at once, with no grace. */
async function killContainers(
  context: RuntimeContext,
  { sandbox }: SandboxRecord,
  signal: AbortSignal,
): Promise<void> {
  const backend = context.router.of(sandbox);
  const running = context.ledger
    .containersOf(sandbox.id)
    .filter(({ facts }) => containerState(facts) === "RUNNING");
  const killed = await Promise.allSettled(
    running.map(async (record) => {
      const facts = await backend.containers.stop(record.container, 0, signal);
      context.ledger.containers.learn({ ...record, facts });
    }),
  );
  const failed = killed.find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}
