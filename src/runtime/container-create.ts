import type { Backend, ContainerRecord, SandboxRecord } from "../backends/backend.ts";
import { type ContainerConfig, containerState } from "../model/container.ts";
import { CriError } from "../model/error.ts";
import type { ContainerId } from "../model/ids.ts";
import type { Image } from "../model/image.ts";
import { containerName } from "../model/object-names.ts";
import { type PodSandbox, podSandboxState } from "../model/pod-sandbox.ts";
import { cleanUpAfter, cleanupSignal } from "./cleanup.ts";
import type { RuntimeContext } from "./context.ts";
import { requestDigest } from "./request-digest.ts";
import { needSandbox } from "./resolve.ts";

/**
 * Makes a container in a ready sandbox and returns its id. The same request again returns the same container while it has not
 * started. Throws CriError: NotFound for the sandbox or the image, FailedPrecondition for a sandbox that is not ready,
 * AlreadyExists for another request of that name.
 */
export async function createContainer(
  context: RuntimeContext,
  request: { readonly podSandboxId: string; readonly config: ContainerConfig },
  signal: AbortSignal,
): Promise<ContainerId> {
  const { sandbox } = needSandbox(context.ledger, request.podSandboxId);
  const { config } = request;
  requireFit(sandbox, config);
  const name = containerName(sandbox.id, config.metadata);
  const digest = requestDigest(config);
  return await context.containerCreations.run({ name, digest, signal }, async () => {
    const existing = context.ledger.containers.named(name);
    if (existing !== undefined) return existingId(context, existing, digest);
    const image = await needImage(context.router.of(sandbox), config, context.stopping);
    const record = needReady(needSandbox(context.ledger, sandbox.id));
    const made = await context.leftovers.guard(name, () =>
      create(context, { record, config, image }, digest),
    );
    return made.container.id;
  });
}

/** What a request may not ask of this sandbox, whatever the engine. */
function requireFit(sandbox: PodSandbox, config: ContainerConfig): void {
  if (config.logPath !== "" && sandbox.config.logDirectory === "") {
    throw new CriError(
      "InvalidArgument",
      "config.log_path: the sandbox has no log_directory that it could be relative to",
    );
  }
  // "If a privileged container is to be executed within it, this MUST be true" (LinuxSandboxSecurityContext.privileged).
  if (config.security.privileged && !sandbox.config.security.privileged) {
    throw new CriError(
      "InvalidArgument",
      "config.linux.security_context.privileged: needs a sandbox whose own security_context.privileged is true",
    );
  }
}

interface Creation {
  readonly record: SandboxRecord;
  readonly config: ContainerConfig;
  readonly image: Image;
}

async function create(
  context: RuntimeContext,
  { record, config, image }: Creation,
  digest: string,
): Promise<ContainerRecord> {
  const { sandbox } = record;
  const backend = context.router.of(sandbox);
  const made = await backend.containers.create({ sandbox, config, image }, context.stopping);
  await context.failpoint("runtime.container.made");
  await cleanUpAfter(
    async () => {
      await context.ledger.containers.create(made, digest);
      if (context.ledger.sandboxes.get(sandbox.id) !== undefined) return;
      context.ledger.containers.drop(made.container.id);
      throw new CriError("NotFound", `pod sandbox "${sandbox.id}" was removed meanwhile`);
    },
    () => backend.containers.remove(made.container, cleanupSignal()),
  );
  await context.failpoint("runtime.container.recorded");
  return made;
}

async function needImage(
  backend: Backend,
  config: ContainerConfig,
  signal: AbortSignal,
): Promise<Image> {
  const image = await backend.images.status(config.image, signal);
  if (image !== undefined) return image;
  throw new CriError(
    "NotFound",
    `config.image.image: there is no image "${config.image.image}" here; pull it first`,
  );
}

function needReady(record: SandboxRecord): SandboxRecord {
  if (podSandboxState(record.facts) === "READY") return record;
  throw new CriError(
    "FailedPrecondition",
    `pod sandbox "${record.sandbox.id}" is not ready: no container can be made in it`,
  );
}

function existingId(
  context: RuntimeContext,
  existing: ContainerRecord,
  digest: string,
): ContainerId {
  const { id } = existing.container;
  const state = containerState(existing.facts);
  if (state === "CREATED" && context.ledger.containers.requestDigestOf(id) === digest) return id;
  throw new CriError(
    "AlreadyExists",
    `a container of this name and attempt exists in state ${state}: ${id}; remove it or raise config.metadata.attempt`,
  );
}
