import type { ImageStatusRequestOutput } from "../../gen/runtime/v1/ImageStatusRequest.ts";
import type { ListImagesRequestOutput } from "../../gen/runtime/v1/ListImagesRequest.ts";
import type { PullImageRequestOutput } from "../../gen/runtime/v1/PullImageRequest.ts";
import type { RemoveImageRequestOutput } from "../../gen/runtime/v1/RemoveImageRequest.ts";
import type { ImageSpec, RegistryAuth } from "../../model/image.ts";
import type { PodSandboxConfig } from "../../model/pod-sandbox.ts";
import { decodeImageSpec } from "./decode-image-spec.ts";
import { decodePodSandboxConfig } from "./decode-pod-sandbox-config.ts";
import { decodeRegistryAuth } from "./decode-registry-auth.ts";

/* Every decoder here throws CriError InvalidArgument that names the field. */

/** Returns the image to list; undefined: all. A filter without a name is none. */
export function decodeListImages(request: ListImagesRequestOutput): ImageSpec | undefined {
  const image = request.filter?.image ?? null;
  if (image === null || image.image === "") return undefined;
  return decodeImageSpec(image, "filter.image");
}

/** Returns the image that is asked about. */
export function decodeImageStatus(request: ImageStatusRequestOutput): {
  readonly spec: ImageSpec;
  readonly verbose: boolean;
} {
  return { spec: decodeImageSpec(request.image, "image"), verbose: request.verbose };
}

/** An image to be pulled. */
export interface PullImage {
  readonly spec: ImageSpec;
  readonly auth: RegistryAuth;
  /** The sandbox that the image is for; undefined: the client pulls for itself, or gives a configuration that names none. */
  readonly sandboxConfig: PodSandboxConfig | undefined;
}

/** Returns the image to pull. */
export function decodePullImage(request: PullImageRequestOutput): PullImage {
  // Clients that pull for no pod may give an empty configuration.
  const sandboxConfig =
    (request.sandboxConfig?.metadata ?? null) === null ? null : request.sandboxConfig;
  return {
    spec: decodeImageSpec(request.image, "image"),
    auth: decodeRegistryAuth(request.auth, "auth"),
    sandboxConfig:
      sandboxConfig === null ? undefined : decodePodSandboxConfig(sandboxConfig, "sandbox_config"),
  };
}

/** Returns the image to remove. */
export function decodeRemoveImage(request: RemoveImageRequestOutput): ImageSpec {
  return decodeImageSpec(request.image, "image");
}
