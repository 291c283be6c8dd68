import type { Duplex } from "node:stream";
import type { RuntimeContext } from "./context.ts";
import { needReady } from "./resolve.ts";

/**
 * Connects to a port of a pod's localhost. Throws CriError: NotFound, FailedPrecondition when the sandbox is not ready, Unavailable
 * when the port is refused, what the engine says.
 */
export async function connectToPort(
  context: RuntimeContext,
  { podSandboxId, port }: { readonly podSandboxId: string; readonly port: number },
  signal: AbortSignal,
): Promise<Duplex> {
  const { sandbox } = needReady(context.ledger, podSandboxId);
  return await context.router.of(sandbox).io.connect(sandbox, port, signal);
}
