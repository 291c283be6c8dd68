import type { ImageSpec } from "../../model/image.ts";
import type { Fields } from "./fields.ts";

/** When an image is pulled: each time, when it is missing, or not at all. */
export type PullPolicy = "Always" | "IfNotPresent" | "Never";

/** The image of a container and when to pull it: without a word, always for the tag latest, else when it is missing. */
export function readImage(
  container: Fields,
  runtimeHandler: string,
): { readonly image: ImageSpec; readonly pullPolicy: PullPolicy } {
  const written = container.requiredText("image");
  const image = withTag(written);
  const policy = container.word("imagePullPolicy", ["Always", "IfNotPresent", "Never"]);
  return {
    image: { image, annotations: {}, userSpecifiedImage: written, runtimeHandler, imageRef: "" },
    pullPolicy: policy ?? (image.endsWith(":latest") ? "Always" : "IfNotPresent"),
  };
}

/** A reference with neither tag nor digest means the tag latest; a colon before the last slash is a registry's port. */
function withTag(reference: string): string {
  const name = reference.slice(reference.lastIndexOf("/") + 1);
  return /[:@]/.test(name) ? reference : `${reference}:latest`;
}
