import type { Mount as WireMount } from "../../gen/runtime/v1/Mount.ts";
import type { Mount } from "../../model/mount.ts";
import { encodeImageSpec } from "./encode-image-spec.ts";
import { encodeEnum, propagations } from "./enums.ts";

/** Translates a mount, for a request as well as for a status. */
export function encodeMount(mount: Mount): WireMount {
  return {
    containerPath: mount.containerPath,
    hostPath: mount.hostPath,
    readonly: mount.readonly,
    recursiveReadOnly: mount.recursiveReadOnly,
    selinuxRelabel: mount.selinuxRelabel,
    propagation: encodeEnum(mount.propagation, propagations),
    uidMappings: [...mount.uidMappings],
    gidMappings: [...mount.gidMappings],
    image: mount.image === undefined ? null : encodeImageSpec(mount.image),
    imageSubPath: mount.imageSubPath,
    mountOptions: [...mount.mountOptions],
  };
}
