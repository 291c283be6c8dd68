import { imageId } from "../../model/ids.ts";
import type { Image } from "../../model/image.ts";
import type { DockerImageInspect, DockerImageListEntry } from "./api.ts";
import { canonicalText, parseReference, type Reference, referenceName } from "./reference.ts";
import { invalid } from "./refusal.ts";

/**
 * Returns an image from its inspect answer; names are in full (`docker.io/library/busybox:1`), so that both engines show the same.
 */
export function readImage(inspect: DockerImageInspect, pinned: boolean): Image {
  return { ...readImageListEntry(inspect, pinned), ...imageUser(inspect.Config?.User ?? "") };
}

/** Returns an image from a list answer, which does not tell its user. */
export function readImageListEntry(
  entry: DockerImageListEntry | DockerImageInspect,
  pinned: boolean,
): Image {
  return {
    id: imageId(entry.Id),
    repoTags: names(entry.RepoTags),
    repoDigests: names(entry.RepoDigests),
    // The CRI wants a size above 0; an image of nothing but metadata has none.
    sizeBytes: BigInt(Math.max(1, entry.Size)),
    uid: undefined,
    username: "",
    pinned,
  };
}

/** Returns what to show as the image of a container: a repo digest where there is one, else the id. */
export function imageRefOf(image: Image): string {
  return image.repoDigests[0] ?? image.id;
}

/**
 * Finds what a client means by a text: an id with or without `sha256:`, a digest, a tag, or the start of an id, in this order.
 * A name's digest outweighs its tag, as in docker. Throws InvalidArgument when a short id fits more than one image.
 */
export function findImage(images: readonly Image[], text: string): Image | undefined {
  const hex = /^(?:sha256:)?([0-9a-f]{64})$/.exec(text)?.[1];
  if (hex !== undefined) return images.find((image) => image.id === `sha256:${hex}`);
  return findByReference(images, text) ?? findByShortId(images, text);
}

function findByReference(images: readonly Image[], text: string): Image | undefined {
  const reference = referenceOrNone(text);
  if (reference === undefined) return undefined;
  const name = referenceName(reference);
  if (reference.digest !== undefined)
    return images.find((image) => image.repoDigests.includes(`${name}@${reference.digest}`));
  return images.find((image) => image.repoTags.includes(`${name}:${reference.tag}`));
}

function referenceOrNone(text: string): Reference | undefined {
  try {
    return parseReference(text);
  } catch {
    return undefined;
  }
}

function findByShortId(images: readonly Image[], text: string): Image | undefined {
  const start = /^(?:sha256:)?([0-9a-f]{4,63})$/.exec(text)?.[1];
  if (start === undefined) return undefined;
  const [found, another] = images.filter((image) => image.id.startsWith(`sha256:${start}`));
  if (another !== undefined) throw invalid("image", `the id ${text} fits more than one image`);
  return found;
}

/** Untagged images are listed as `<none>:<none>` by older engines. */
function names(list: readonly string[] | null | undefined): readonly string[] {
  return (list ?? []).filter((name) => !name.includes("<none>")).map(canonicalText);
}

/** `1000:1000` → 1000, `app:app` → app; the group is not the CRI's concern. */
function imageUser(user: string): Pick<Image, "uid" | "username"> {
  const name = user.split(":")[0] ?? "";
  return /^\d+$/.test(name)
    ? { uid: Number(name), username: "" }
    : { uid: undefined, username: name };
}
