import { imageId } from "../../model/ids.ts";
import type { Image } from "../../model/image.ts";
import { imageUser } from "../../model/image-lookup.ts";
import { canonicalText } from "../../model/image-reference.ts";
import type { DockerImageInspect, DockerImageListEntry } from "./api.ts";

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

/** Untagged images are listed as `<none>:<none>` by older engines. */
function names(list: readonly string[] | null | undefined): readonly string[] {
  return (list ?? []).filter((name) => !name.includes("<none>")).map(canonicalText);
}
