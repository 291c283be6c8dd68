import type { SandboxRecord } from "../backends/backend.ts";
import { CriError } from "../model/error.ts";
import type { PodSandboxId } from "../model/ids.ts";
import { podSandboxName } from "../model/object-names.ts";
import { type PodSandboxConfig, podSandboxState } from "../model/pod-sandbox.ts";
import { cleanUpAfter, cleanupSignal } from "./cleanup.ts";
import type { RuntimeContext } from "./context.ts";
import { requestDigest } from "./request-digest.ts";

/**
 * Runs a pod sandbox and returns its id. The same request again returns the same sandbox while it is ready: the answer to the first
 * may have been lost. Throws CriError: AlreadyExists for another request of that name, InvalidArgument for an unknown handler.
 */
export async function runPodSandbox(
  context: RuntimeContext,
  request: { readonly config: PodSandboxConfig; readonly runtimeHandler: string },
  signal: AbortSignal,
): Promise<PodSandboxId> {
  const name = podSandboxName(request.config.metadata);
  const digest = requestDigest(request);
  return await context.sandboxCreations.run({ name, digest, signal }, async () => {
    const existing = context.ledger.sandboxes.named(name);
    if (existing !== undefined) return existingId(context, existing, digest);
    const { sandbox } = await context.leftovers.guard(name, () => create(context, request, digest));
    return sandbox.id;
  });
}

async function create(
  context: RuntimeContext,
  request: { readonly config: PodSandboxConfig; readonly runtimeHandler: string },
  digest: string,
): Promise<SandboxRecord> {
  const backend = context.router.place(request.config, request.runtimeHandler);
  const record = await backend.sandboxes.run(request, context.stopping);
  await context.failpoint("runtime.sandbox.made");
  await cleanUpAfter(
    () => context.ledger.sandboxes.create(record, digest),
    () => backend.sandboxes.remove(record.sandbox, cleanupSignal()),
  );
  await context.failpoint("runtime.sandbox.recorded");
  return record;
}

function existingId(
  context: RuntimeContext,
  existing: SandboxRecord,
  digest: string,
): PodSandboxId {
  const { id } = existing.sandbox;
  const ready = podSandboxState(existing.facts) === "READY";
  if (ready && context.ledger.sandboxes.requestDigestOf(id) === digest) return id;
  const why = ready ? "was made from another request" : "is not ready any more";
  throw new CriError(
    "AlreadyExists",
    `a pod sandbox of this metadata exists and ${why}: ${id}; remove it or raise metadata.attempt`,
  );
}
