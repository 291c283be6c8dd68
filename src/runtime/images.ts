import type { Backend } from "../backends/backend.ts";
import type { Image, ImageFsInfo, ImageSpec } from "../model/image.ts";
import type { RuntimeContext } from "./context.ts";
import type { ImageView, PullImageRequest } from "./runtime.ts";

/** All images of all engines, merged by id; with a spec, only the one that it names. */
export async function listImages(
  context: RuntimeContext,
  spec: ImageSpec | undefined,
  signal: AbortSignal,
): Promise<readonly Image[]> {
  if (spec !== undefined)
    return (await findAll(context, spec, signal)).slice(0, 1).map(({ image }) => image);
  const lists = await Promise.all(
    context.router.backends.map((backend) => backend.images.list(signal)),
  );
  const byId = new Map<string, Image>();
  for (const image of lists.flat()) byId.set(image.id, mergeImages(byId.get(image.id), image));
  return [...byId.values()];
}

/** The image, present if any engine has it; `image` is undefined when none has. */
export async function imageStatus(
  context: RuntimeContext,
  request: { readonly spec: ImageSpec; readonly verbose: boolean },
  signal: AbortSignal,
): Promise<ImageView> {
  const [first] = await findAll(context, request.spec, signal);
  if (first === undefined) return { image: undefined, info: {} };
  const { backend, image } = first;
  return { image, info: request.verbose ? await backend.images.describe(image.id, signal) : {} };
}

/** Brings an image to the engine of the pod that it is for; returns its id, which every other call knows. */
export async function pullImage(
  context: RuntimeContext,
  request: PullImageRequest,
  signal: AbortSignal,
): Promise<string> {
  const { spec, auth, sandboxConfig } = request;
  const backend = context.router.forPull(sandboxConfig, spec.runtimeHandler);
  const image = await backend.images.pull(spec, auth, signal);
  return image.id;
}

/** Takes the image from every engine that has it; a missing one is a success, as the CRI asks. */
export async function removeImage(
  context: RuntimeContext,
  spec: ImageSpec,
  signal: AbortSignal,
): Promise<void> {
  const found = await findAll(context, spec, signal);
  await Promise.all(found.map(({ backend, image }) => backend.images.remove(image.id, signal)));
}

/** What images and writable layers take, every engine's file systems in one answer. */
export async function imageFsInfo(
  context: RuntimeContext,
  signal: AbortSignal,
): Promise<ImageFsInfo> {
  const infos = await Promise.all(
    context.router.backends.map((backend) => backend.images.fsInfo(signal)),
  );
  return {
    imageFilesystems: infos.flatMap((info) => info.imageFilesystems),
    containerFilesystems: infos.flatMap((info) => info.containerFilesystems),
  };
}

interface Found {
  readonly backend: Backend;
  readonly image: Image;
}

async function findAll(
  context: RuntimeContext,
  spec: ImageSpec,
  signal: AbortSignal,
): Promise<readonly Found[]> {
  const found = await Promise.all(
    context.router.backends.map(async (backend) => ({
      backend,
      image: await backend.images.status(spec, signal),
    })),
  );
  return found.flatMap(({ backend, image }) => (image === undefined ? [] : [{ backend, image }]));
}

function mergeImages(known: Image | undefined, other: Image): Image {
  if (known === undefined) return other;
  return {
    ...known,
    repoTags: [...new Set([...known.repoTags, ...other.repoTags])],
    repoDigests: [...new Set([...known.repoDigests, ...other.repoDigests])],
    pinned: known.pinned || other.pinned,
  };
}
