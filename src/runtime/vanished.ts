import type { Backend, EngineResync } from "../backends/backend.ts";
import type { RuntimeContext } from "./context.ts";

/**
 * Returns the recorded ids that an engine's full list lacks and that have ended with it. An engine may have forgotten pods that
 * still live, or another one answers at its endpoint: such a sandbox stays recorded with its containers, and is judged again at
 * the next list.
 */
export async function vanished(
  context: RuntimeContext,
  backend: Backend,
  event: EngineResync,
): Promise<readonly string[]> {
  const missing = context.ledger.missingFrom(backend.name, event);
  const alive = new Set<string>();
  for (const id of missing) if (await livesOn(context, id)) alive.add(id);
  warnOfNew(context, backend, alive);
  return missing.filter((id) => !alive.has(sandboxIdOf(context, id)));
}

async function livesOn({ ledger, network }: RuntimeContext, id: string): Promise<boolean> {
  return ledger.sandboxes.get(id) !== undefined && (await network.lives(id));
}

function warnOfNew(
  { strays, log }: RuntimeContext,
  { name }: Backend,
  alive: ReadonlySet<string>,
): void {
  for (const sandboxId of alive) {
    if (strays.get(name)?.has(sandboxId) === true) continue;
    const fields = { sandboxId, engine: name };
    log.warn("pod sandbox is not known to its engine but its process lives", fields);
  }
  strays.set(name, alive);
}

/** The sandbox that decides about an object: a container's, or itself. */
function sandboxIdOf({ ledger }: RuntimeContext, id: string): string {
  return ledger.containers.get(id)?.container.sandboxId ?? id;
}
