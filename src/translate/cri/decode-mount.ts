import { posix } from "node:path";
import type { DeviceOutput } from "../../gen/runtime/v1/Device.ts";
import type { MountOutput } from "../../gen/runtime/v1/Mount.ts";
import type { Device, Mount, MountPropagation } from "../../model/mount.ts";
import { decodeImageSpec } from "./decode-image-spec.ts";
import { decodeIdMapping } from "./decode-namespaces.ts";
import { decodeEnum, propagations } from "./enums.ts";
import { decodeAbsolutePath, decodePathBelow } from "./paths.ts";
import { refuse } from "./refuse.ts";
import { decodeEach, decodeMatching } from "./text.ts";

/** A comma would begin another option. */
const mountOption = {
  pattern: /^[^,\s\p{Cc}]+$/u,
  rule: "must be one mount option such as noexec",
};
const permissions = { pattern: /^[rwm]{1,3}$/, rule: "must be of the letters r, w and m" };

/**
 * Translates a mount of a host path or of an image. Paths in the container must be absolute: the CRI gives no folder that a
 * relative one could begin at, kubelets make them absolute, and OCI runtimes disagree. Throws CriError InvalidArgument.
 */
export function decodeMount(wire: MountOutput, path: string): Mount {
  const propagation = decodeEnum(wire.propagation, `${path}.propagation`, propagations);
  return {
    containerPath: decodeContainerPath(wire.containerPath, `${path}.container_path`),
    ...decodeSource(wire, path),
    recursiveReadOnly: decodeRecursiveReadOnly(wire, path, propagation),
    selinuxRelabel: wire.selinuxRelabel,
    propagation,
    uidMappings: decodeEach(wire.uidMappings, `${path}.uidMappings`, decodeIdMapping),
    gidMappings: decodeEach(wire.gidMappings, `${path}.gidMappings`, decodeIdMapping),
    mountOptions: decodeEach(wire.mountOptions, `${path}.mount_options`, (option, at) =>
      decodeMatching(option, at, mountOption),
    ),
  };
}

/** Translates a device. Throws CriError InvalidArgument. */
export function decodeDevice(wire: DeviceOutput, path: string): Device {
  return {
    containerPath: decodeAbsolutePath(wire.containerPath, `${path}.container_path`),
    hostPath: decodeAbsolutePath(wire.hostPath, `${path}.host_path`),
    permissions: decodeMatching(wire.permissions, `${path}.permissions`, permissions),
  };
}

function decodeContainerPath(text: string, path: string): string {
  const absolute = decodeAbsolutePath(text, path);
  if (posix.normalize(absolute) === "/") return refuse(path, "must not be the root folder");
  return absolute;
}

type MountSource = Pick<Mount, "hostPath" | "readonly" | "image" | "imageSubPath">;

/** An image's content is read-only, said or not. */
function decodeSource(wire: MountOutput, path: string): MountSource {
  if (wire.image === null) {
    if (wire.imageSubPath !== "") return refuse(`${path}.image_sub_path`, "needs image to be set");
    const hostPath = decodeAbsolutePath(wire.hostPath, `${path}.host_path`);
    return { hostPath, readonly: wire.readonly, image: undefined, imageSubPath: "" };
  }
  if (wire.hostPath !== "") return refuse(`${path}.host_path`, "must be empty when image is set");
  return {
    hostPath: "",
    readonly: true,
    image: decodeImageSpec(wire.image, `${path}.image`),
    imageSubPath: decodePathBelow(wire.imageSubPath, `${path}.image_sub_path`),
  };
}

function decodeRecursiveReadOnly(
  wire: MountOutput,
  path: string,
  propagation: MountPropagation,
): boolean {
  if (!wire.recursiveReadOnly) return false;
  const field = `${path}.recursive_read_only`;
  if (!wire.readonly) return refuse(field, "needs readonly to be set");
  if (propagation !== "PRIVATE") return refuse(field, "needs propagation PROPAGATION_PRIVATE");
  return true;
}
