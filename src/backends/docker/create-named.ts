import type { Rollback } from "../../host/rollback.ts";
import { CriError, messageOf } from "../../model/error.ts";
import type { DockerContainerInspect, DockerCreate } from "../../translate/docker/api.ts";
import { readLabels } from "../../translate/docker/labels.ts";
import { nameAfterConflict } from "../../translate/docker/names.ts";
import { createContainer, inspectContainer, removeContainer } from "./container-calls.ts";
import type { DockerContext } from "./docker-context.ts";
import { isConflict, isNotFound, statusOf } from "./errors.ts";

export interface NamedCreate {
  readonly create: DockerCreate;
  readonly undo: Rollback;
  /** Removes what a crashed create of the same name left, with all that belongs to it. */
  readonly removeLeftover: (id: string, signal: AbortSignal) => Promise<void>;
}

/** A conflict may be with what dockerd is just removing, and again with what came meanwhile; not more often than this. */
const attempts = 3;

/**
 * Creates a container and returns its id. The caller knows that it has nothing of that name in this sandbox: what docker has of
 * it is a leftover of a crash or of another shim, removed at once, so that no kubelet has to come again. A container of another
 * sandbox (docker's name does not hold the sandbox's attempt) or of somebody else's stays; ours then gets the longer name that
 * dockershim gave in such a case. Throws CriError as `createContainer` does.
 */
export async function createNamed(
  context: DockerContext,
  named: NamedCreate,
  signal: AbortSignal,
): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await createOnce(context, named, signal);
    } catch (thrown) {
      if (!isConflict(thrown) || attempt === attempts) throw thrown;
      const isForeign = await clearName(context, named, signal);
      if (isForeign) return await createOnce(context, renamed(context, named), signal);
    }
  }
}

async function createOnce(
  { api, mirror }: DockerContext,
  { create, undo }: NamedCreate,
  signal: AbortSignal,
): Promise<string> {
  try {
    const id = await createContainer(api, create, signal);
    undo.add("remove the container", async (limit) => {
      await removeContainer(api, id, limit);
      mirror.forget(id);
    });
    return id;
  } catch (thrown) {
    // Without an answer docker may have made it, or still be about to.
    if (statusOf(thrown) === undefined)
      undo.add("remove by name", (limit) => removeByName(api, create, limit));
    throw thrown;
  }
}

async function removeByName(
  api: DockerContext["api"],
  create: DockerCreate,
  signal: AbortSignal,
): Promise<void> {
  try {
    const found = await inspectContainer(api, create.name, signal);
    if (!isForeign(found, create)) await removeContainer(api, found.Id, signal);
  } catch (thrown) {
    if (!isNotFound(thrown)) throw thrown;
  }
}

/** Returns true when the name belongs to a container that is no leftover of this create. */
async function clearName(
  context: DockerContext,
  { create, removeLeftover }: NamedCreate,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const found = await inspectContainer(context.api, create.name, signal);
    if (isForeign(found, create)) return true;
    const fields = { containerId: found.Id, dockerName: create.name };
    context.log.warn("leftover container of the same name removed", fields);
    await removeLeftover(found.Id, signal);
  } catch (thrown) {
    if (!isNotFound(thrown))
      throw CriError.from(thrown, `leftover ${create.name}: ${messageOf(thrown)}`);
  }
  return false;
}

function isForeign(found: DockerContainerInspect, { body }: DockerCreate): boolean {
  const { type, sandboxId } = readLabels(found.Config.Labels);
  return type === undefined || sandboxId !== readLabels(body.Labels).sandboxId;
}

function renamed({ clock }: DockerContext, named: NamedCreate): NamedCreate {
  const salt = Number(clock.nowNanos() & 0xffff_ffffn);
  const name = nameAfterConflict(named.create.name, salt);
  return { ...named, create: { ...named.create, name } };
}
