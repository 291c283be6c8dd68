import type { ContainerRecord } from "../backends/backend.ts";
import { abandonable } from "../host/abandonable.ts";
import { containerState } from "../model/container.ts";
import { CriError } from "../model/error.ts";
import { podSandboxState } from "../model/pod-sandbox.ts";
import { cleanupSignal } from "./cleanup.ts";
import type { RuntimeContext } from "./context.ts";
import { withLimitsInForce } from "./limits.ts";
import { needContainer, needSandbox } from "./resolve.ts";

/**
 * Starts a created container; one that runs already is a success. A start that was begun goes on when its caller leaves: the
 * engine would start it all the same, and nobody give it its limits and its log. Throws CriError: FailedPrecondition when it has
 * ended or its sandbox is not ready, Internal with the engine's words when its command cannot run.
 */
export async function startContainer(
  context: RuntimeContext,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const { container } = needContainer(context.ledger, id);
  const starting = context.locks.run(
    container.id,
    async () => {
      const record = needContainer(context.ledger, container.id);
      if (containerState(record.facts) !== "RUNNING") await start(context, record);
    },
    signal,
  );
  await abandonable(starting, signal, "the caller has gone");
}

async function start(context: RuntimeContext, record: ContainerRecord): Promise<void> {
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
  const facts = await containers.start(withLimitsInForce(record), sandbox, context.stopping);
  // Merged: it may have ended since, and that be reported already.
  context.ledger.containers.learn({ ...record, facts });
  await context.failpoint("runtime.container.started");
  if (facts.error !== "") {
    throw new CriError("Internal", `container "${container.id}" cannot run: ${facts.error}`);
  }
  await endIfLate(context, record);
}

/** A sandbox that was stopped while the engine was at it has been rid of what ran then; this came after. */
async function endIfLate(context: RuntimeContext, record: ContainerRecord): Promise<void> {
  const { container } = record;
  const sandbox = context.ledger.sandboxes.get(container.sandboxId);
  if (sandbox !== undefined && podSandboxState(sandbox.facts) === "READY") return;
  const { containers } = context.router.of(container);
  const facts = await containers.stop(container, 0, cleanupSignal());
  context.ledger.containers.learn({ ...record, facts });
  throw new CriError(
    "FailedPrecondition",
    `pod sandbox "${container.sandboxId}" ended while container "${container.id}" started: it was killed`,
  );
}
