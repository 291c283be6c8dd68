import type { FilesystemUsage as WireFilesystemUsage } from "../../gen/runtime/v1/FilesystemUsage.ts";
import type { Image as WireImage } from "../../gen/runtime/v1/Image.ts";
import type { ImageFsInfoResponse } from "../../gen/runtime/v1/ImageFsInfoResponse.ts";
import type { FilesystemUsage, Image, ImageFsInfo } from "../../model/image.ts";

/** Translates an image; of uid and user name the wire carries one. */
export function encodeImage(image: Image): WireImage {
  return {
    id: image.id,
    repoTags: [...image.repoTags],
    repoDigests: [...image.repoDigests],
    size: String(image.sizeBytes),
    uid: image.uid === undefined ? null : { value: image.uid },
    username: image.uid === undefined ? image.username : "",
    pinned: image.pinned,
  };
}

function encodeFilesystemUsage(usage: FilesystemUsage): WireFilesystemUsage {
  return {
    timestamp: String(usage.timestampNanos),
    fsId: { mountpoint: usage.mountpoint },
    usedBytes: { value: String(usage.usedBytes) },
    inodesUsed: { value: String(usage.inodesUsed) },
  };
}

/** Translates the file systems of images and writable layers. */
export function encodeImageFsInfo(info: ImageFsInfo): ImageFsInfoResponse {
  return {
    imageFilesystems: info.imageFilesystems.map(encodeFilesystemUsage),
    containerFilesystems: info.containerFilesystems.map(encodeFilesystemUsage),
  };
}
