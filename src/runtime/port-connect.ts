import type { Duplex } from "node:stream";
import { CriError } from "../model/error.ts";
import { podSandboxState } from "../model/pod-sandbox.ts";
import type { RuntimeContext } from "./context.ts";
import { needSandbox } from "./resolve.ts";

/**
 * Connects to a port of a pod's localhost. Throws CriError: NotFound, FailedPrecondition when the sandbox is not ready, Unavailable
 * when the port is refused, what the engine says.
 */
export async function connectToPort(
  context: RuntimeContext,
  { podSandboxId, port }: { readonly podSandboxId: string; readonly port: number },
  signal: AbortSignal,
): Promise<Duplex> {
  const { sandbox, facts } = needSandbox(context.ledger, podSandboxId);
  if (podSandboxState(facts) !== "READY") {
    const message = `pod sandbox "${sandbox.id}" is not ready: its network is down`;
    throw new CriError("FailedPrecondition", message);
  }
  return await context.router.of(sandbox).io.connect(sandbox, port, signal);
}
