import type { PackageDefinition } from "@grpc/proto-loader";
import type { ImageServiceDefinition } from "../gen/runtime/v1/ImageService.ts";
import type { Image } from "../model/image.ts";
import type { Runtime } from "../runtime/runtime.ts";
import * as request from "../translate/cri/decode-image-requests.ts";
import { encodeImage, encodeImageFsInfo } from "../translate/cri/encode-image.ts";
import { ListEncoder } from "./encoded-list.ts";
import { type RpcTable, rpc, streamRpc } from "./rpc.ts";
import type { ServiceTable } from "./service.ts";

/** The full name of the service. */
export const imageServiceName = "runtime.v1.ImageService";

/** Returns the RPCs of the ImageService, as `runtimeService` does. */
export function imageService(runtime: Runtime, protocol: PackageDefinition): ServiceTable {
  const images = new ListEncoder(protocol, {
    service: imageServiceName,
    rpc: "ListImages",
    answerWith: (image: Image) => ({ images: [encodeImage(image)] }),
  });
  return {
    ListImages: rpc({
      mutating: false,
      decode: request.decodeListImages,
      run: (spec, signal) => runtime.listImages(spec, signal),
      encode: (found) => images.whole(found),
    }),
    StreamImages: streamRpc({
      decode: request.decodeListImages,
      run: (spec, signal) => runtime.listImages(spec, signal),
      encode: (found) => images.batches(found),
    }),
    ImageStatus: rpc({
      mutating: false,
      decode: request.decodeImageStatus,
      run: ({ spec, verbose }, signal) => runtime.imageStatus(spec, verbose, signal),
      encode: ({ image, info }) => ({
        image: image === undefined ? null : encodeImage(image),
        info,
      }),
    }),
    PullImage: rpc({
      mutating: true,
      decode: request.decodePullImage,
      run: (pull, signal) => runtime.pullImage(pull, signal),
      encode: (imageRef) => ({ imageRef }),
    }),
    RemoveImage: rpc({
      mutating: true,
      decode: request.decodeRemoveImage,
      run: (spec, signal) => runtime.removeImage(spec, signal),
      encode: () => ({}),
    }),
    ImageFsInfo: rpc({
      mutating: false,
      decode: () => ({}),
      run: (_request, signal) => runtime.imageFsInfo(signal),
      encode: encodeImageFsInfo,
    }),
  } satisfies RpcTable<ImageServiceDefinition>;
}
