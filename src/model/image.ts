import type { ImageId } from "./ids.ts";

/** How a client names an image: an id, a tag or a digest reference. */
export interface ImageSpec {
  readonly image: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** What the pod's author wrote, for messages only. */
  readonly userSpecifiedImage: string;
  readonly runtimeHandler: string;
  readonly imageRef: string;
}

/** An image as an engine has it. */
export interface Image {
  readonly id: ImageId;
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
  readonly sizeBytes: bigint;
  /** The user that the image's configuration names: a number, a name, or neither. */
  readonly uid: number | undefined;
  readonly username: string;
  readonly pinned: boolean;
}

/** Credentials for one pull. Never logged. */
export type RegistryAuth =
  | { readonly type: "anonymous" }
  | {
      readonly type: "basic";
      readonly username: string;
      readonly password: string;
      readonly serverAddress: string;
    }
  | {
      readonly type: "identityToken";
      readonly identityToken: string;
      readonly serverAddress: string;
    }
  | {
      readonly type: "registryToken";
      readonly registryToken: string;
      readonly serverAddress: string;
    };

/** What a file system holds of images or of containers' writable layers. */
export interface FilesystemUsage {
  readonly timestampNanos: bigint;
  /** The folder that lies on the file system. */
  readonly mountpoint: string;
  readonly usedBytes: bigint;
  readonly inodesUsed: bigint;
}

export interface ImageFsInfo {
  readonly imageFilesystems: readonly FilesystemUsage[];
  readonly containerFilesystems: readonly FilesystemUsage[];
}
