import type { ImageSpecOutput } from "../../gen/runtime/v1/ImageSpec.ts";
import type { ImageSpec } from "../../model/image.ts";
import { required } from "./refuse.ts";
import { decodeLine, decodeWord } from "./text.ts";

/** Translates the name of an image; whether it is a good reference is the engines' matter. Throws CriError InvalidArgument when it is missing. */
export function decodeImageSpec(wire: ImageSpecOutput | null, path: string): ImageSpec {
  const spec = required(wire, path);
  return {
    image: decodeWord(spec.image, `${path}.image`),
    annotations: { ...spec.annotations },
    userSpecifiedImage: decodeLine(spec.userSpecifiedImage, `${path}.user_specified_image`),
    runtimeHandler: decodeLine(spec.runtimeHandler, `${path}.runtime_handler`),
    imageRef: decodeLine(spec.imageRef, `${path}.image_ref`),
  };
}
