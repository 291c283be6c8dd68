import { CriError } from "./error.ts";
import type { Image } from "./image.ts";
import { type ImageReference, parseReference, referenceName } from "./image-reference.ts";

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

function referenceOrNone(text: string): ImageReference | undefined {
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
  if (another !== undefined)
    throw new CriError("InvalidArgument", `image: the id ${text} fits more than one image`);
  return found;
}

/** Returns whom an image names as its user: `1000:1000` → 1000, `app:app` → app; the group is not the CRI's concern. */
export function imageUser(user: string): Pick<Image, "uid" | "username"> {
  const name = user.split(":")[0] ?? "";
  return /^\d+$/.test(name)
    ? { uid: Number(name), username: "" }
    : { uid: undefined, username: name };
}
