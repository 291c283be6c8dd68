import type { ImageSpec } from "./image.ts";
import type { IdMapping } from "./security.ts";

export type MountPropagation = "PRIVATE" | "HOST_TO_CONTAINER" | "BIDIRECTIONAL";

/** A bind mount of a host path, or (with `image`) a read-only mount of an image's content. */
export interface Mount {
  readonly containerPath: string;
  /** Empty for an image mount. */
  readonly hostPath: string;
  readonly readonly: boolean;
  /** Every mount below is read-only too; implies readonly and PRIVATE propagation. */
  readonly recursiveReadOnly: boolean;
  readonly selinuxRelabel: boolean;
  readonly propagation: MountPropagation;
  readonly uidMappings: readonly IdMapping[];
  readonly gidMappings: readonly IdMapping[];
  readonly image: ImageSpec | undefined;
  /** A folder inside the image; empty means its root. Never absolute, never leaves the image. */
  readonly imageSubPath: string;
  /** Further options such as `noexec`; empty for most. */
  readonly mountOptions: readonly string[];
}

export interface Device {
  readonly containerPath: string;
  readonly hostPath: string;
  /** A subset of `rwm`. */
  readonly permissions: string;
}
