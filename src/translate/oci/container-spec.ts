import { ociMounts, rootfsPropagation } from "./mounts.ts";
import { ociNamespaces, userMappings } from "./namespaces.ts";
import type { OciInput } from "./oci-input.ts";
import { ociProcess } from "./process.ts";
import { ociResources } from "./resources.ts";
import { selinuxLabels } from "./security.ts";
import type { OciLinux, OciSpec } from "./spec.ts";

/**
 * Returns a container's config.json. Every field of the request is in it, or the call throws: InvalidArgument for what no node
 * can do, FailedPrecondition for what this one cannot.
 */
export function containerSpec(input: OciInput): OciSpec {
  const { config, rootfs } = input;
  return {
    ociVersion: "1.0.2",
    process: ociProcess(input),
    root: { path: rootfs, readonly: config.security.readonlyRootfs },
    mounts: ociMounts(input),
    annotations: {},
    linux: linuxPart(input),
  };
}

function linuxPart(input: OciInput): OciLinux {
  const { config, devices, cgroupsPath, seccomp, node } = input;
  const { security } = config;
  const propagation = rootfsPropagation(input);
  const { mountLabel } = selinuxLabels(security, node);
  return {
    namespaces: ociNamespaces(input),
    ...userMappings(input),
    cgroupsPath,
    devices: devices.map(({ device }) => device),
    resources: ociResources(input),
    ...(propagation !== undefined && { rootfsPropagation: propagation }),
    // Exactly the paths that the client names: an empty list means none.
    maskedPaths: security.privileged ? [] : security.maskedPaths,
    readonlyPaths: security.privileged ? [] : security.readonlyPaths,
    ...(mountLabel !== undefined && { mountLabel }),
    ...(seccomp !== undefined && { seccomp }),
  };
}
