import type { ContainerRecord } from "../backends/backend.ts";
import { containerState } from "../model/container.ts";
import { CriError } from "../model/error.ts";
import { podSandboxState } from "../model/pod-sandbox.ts";
import type { RuntimeContext } from "./context.ts";
import { withLimitsInForce } from "./limits.ts";
import { needContainer, needSandbox } from "./resolve.ts";

/**
 * Starts a created container; one that runs already is a success. Throws CriError: FailedPrecondition when it has ended or its
 * sandbox is not ready, Internal with the engine's words when its command cannot run.
 */
export async function startContainer(
  context: RuntimeContext,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const { container } = needContainer(context.ledger, id);
  await context.locks.run(
    container.id,
    async () => {
      const record = needContainer(context.ledger, container.id);
      if (containerState(record.facts) !== "RUNNING") await start(context, record, signal);
    },
    signal,
  );
}

async function start(
  context: RuntimeContext,
  record: ContainerRecord,
  signal: AbortSignal,
): Promise<void> {
  const { container } = record;
  const state = containerState(record.facts);
  if (state !== "CREATED") {
    throw new CriError(
      "FailedPrecondition",
      `container "${container.id}" is in state ${state}: only a created one can be started`,
    );
  }
  const { sandbox, facts: sandboxFacts } = needSandbox(context.ledger, container.sandboxId);
  if (podSandboxState(sandboxFacts) !== "READY") {
    throw new CriError(
      "FailedPrecondition",
      `pod sandbox "${sandbox.id}" is not ready: container "${container.id}" cannot start`,
    );
  }
  const { containers } = context.router.of(container);
  const facts = await containers.start(withLimitsInForce(record), sandbox, signal);
  // Merged: it may have ended since, and that be reported already.
  context.ledger.containers.learn({ ...record, facts });
  if (facts.error !== "") {
    throw new CriError("Internal", `container "${container.id}" cannot run: ${facts.error}`);
  }
}
