import type { Readable } from "node:stream";
import { type ImageReference, referenceName } from "../../model/image-reference.ts";
import type {
  DockerContainerListEntry,
  DockerImageInspect,
  DockerImageListEntry,
} from "../../translate/docker/api.ts";
import type { DockerApi } from "./client.ts";

/** Removing many layers keeps the disk busy. */
const removeMillis = 120_000;

/** All images with a name, and those without that no other image is made of. */
export async function listImages(
  api: DockerApi,
  signal: AbortSignal,
): Promise<readonly DockerImageListEntry[]> {
  return (await api.call(
    { method: "GET", path: "/images/json" },
    signal,
  )) as readonly DockerImageListEntry[];
}

/** Reads an image by id or name. Throws with `isNotFound` when there is none. */
export async function inspectImage(
  api: DockerApi,
  name: string,
  signal: AbortSignal,
): Promise<DockerImageInspect> {
  // Names hold slashes, which docker's router wants as they are.
  return (await api.call(
    { method: "GET", path: `/images/${name}/json` },
    signal,
  )) as DockerImageInspect;
}

export interface PullCall {
  readonly reference: ImageReference;
  readonly registryAuth: string | undefined;
  /** How long docker may take to say anything: it waits for the registry first. */
  readonly timeoutMillis: number;
}

/** Begins a pull and returns what docker tells of it, JSON a line. Ending the stream ends the pull. */
export async function openPull(
  api: DockerApi,
  call: PullCall,
  signal: AbortSignal,
): Promise<Readable> {
  const { reference, registryAuth, timeoutMillis } = call;
  return await api.open(
    {
      method: "POST",
      path: "/images/create",
      // Docker takes a digest in the place of a tag.
      query: { fromImage: referenceName(reference), tag: reference.digest ?? reference.tag ?? "" },
      timeoutMillis,
      ...(registryAuth === undefined ? {} : { registryAuth }),
    },
    signal,
  );
}

/** Removes a name, or with an id and force the image with all its names. Throws with `isNotFound` or `isConflict`. */
export async function deleteImage(
  api: DockerApi,
  image: { readonly name: string; readonly force: boolean },
  signal: AbortSignal,
): Promise<void> {
  const { name, force } = image;
  await api.call(
    { method: "DELETE", path: `/images/${name}`, query: { force }, timeoutMillis: removeMillis },
    signal,
  );
}

/** Containers of an image, running or not; of images made of it too. */
export async function containersOfImage(
  api: DockerApi,
  id: string,
  signal: AbortSignal,
): Promise<readonly DockerContainerListEntry[]> {
  const query = { all: true, filters: { ancestor: [id] } };
  return (await api.call(
    { method: "GET", path: "/containers/json", query },
    signal,
  )) as readonly DockerContainerListEntry[];
}

/** Bytes of all layers, each counted once. Engines before API 1.42 also measure every container for this, which takes long. */
export async function layersSize(api: DockerApi, signal: AbortSignal): Promise<number> {
  const answer = await api.call(
    { method: "GET", path: "/system/df", query: { type: "image" }, timeoutMillis: 120_000 },
    signal,
  );
  return (answer as { readonly LayersSize?: number }).LayersSize ?? 0;
}
