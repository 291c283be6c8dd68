import { CriError } from "../../model/error.ts";
import type { Image } from "../../model/image.ts";
import type { DockerContainerListEntry } from "../../translate/docker/api.ts";
import type { DockerApi } from "./client.ts";
import { isConflict, isNotFound } from "./errors.ts";
import { containersOfImage, deleteImage } from "./image-calls.ts";

/**
 * Removes an image with all its names; what is gone already, or going in another call, is no error.
 * Throws FailedPrecondition naming a container that has not ended and uses it. Containers that have ended lose nothing: docker
 * keeps their layers.
 */
export async function removeImage(
  api: DockerApi,
  image: Image,
  signal: AbortSignal,
): Promise<void> {
  const user = (await containersOfImage(api, image.id, signal)).find((entry) => uses(entry, image));
  if (user !== undefined) throw inUse(image, user);
  try {
    // Docker looks for running containers before it touches a name, and refuses as a whole.
    await deleteImage(api, { name: image.id, force: true }, signal);
  } catch (thrown) {
    if (isNotFound(thrown)) return;
    if (!isConflict(thrown)) throw thrown;
    await removeNames(api, { image, refusal: thrown }, signal);
  }
}

/** Another image is made of this one: without its names it is only a part of that. */
async function removeNames(
  api: DockerApi,
  { image, refusal }: { readonly image: Image; readonly refusal: unknown },
  signal: AbortSignal,
): Promise<void> {
  const user = (await containersOfImage(api, image.id, signal)).find((entry) => uses(entry, image));
  if (user !== undefined) throw inUse(image, user);
  const names = [...image.repoTags, ...image.repoDigests];
  if (names.length === 0) throw refusal;
  for (const name of names) {
    try {
      await deleteImage(api, { name, force: false }, signal);
    } catch (thrown) {
      // A repository's digests go with its last tag.
      if (!isNotFound(thrown)) throw thrown;
    }
  }
}

function uses({ ImageID, State }: DockerContainerListEntry, image: Image): boolean {
  return ImageID === image.id && State !== "exited" && State !== "dead";
}

function inUse(image: Image, { Id, Names, State }: DockerContainerListEntry): CriError {
  const name = (Names?.[0] ?? "").replace(/^\//, "");
  return new CriError(
    "FailedPrecondition",
    `image ${image.repoTags[0] ?? image.id} is in use by container ${name} (${Id.slice(0, 12)}, ${State}): remove that first`,
  );
}
