import type { ImageSpec as WireImageSpec } from "../../gen/runtime/v1/ImageSpec.ts";
import type { ImageSpec } from "../../model/image.ts";

/** Translates the name of an image as it was given. */
export function encodeImageSpec(spec: ImageSpec): WireImageSpec {
  return {
    image: spec.image,
    annotations: spec.annotations,
    userSpecifiedImage: spec.userSpecifiedImage,
    runtimeHandler: spec.runtimeHandler,
    imageRef: spec.imageRef,
  };
}

/** Translates the image of a container for its status: people want to read what the pod's author wrote, not the id it became. */
export function encodeShownImage(spec: ImageSpec): WireImageSpec {
  return { ...encodeImageSpec(spec), image: spec.userSpecifiedImage || spec.image };
}
