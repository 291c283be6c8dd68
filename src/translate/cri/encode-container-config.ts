import type { ContainerConfig as WireContainerConfig } from "../../gen/runtime/v1/ContainerConfig.ts";
import type { ContainerConfig } from "../../model/container.ts";
import { encodeImageSpec } from "./encode-image-spec.ts";
import { encodeMount } from "./encode-mount.ts";
import { encodeResources } from "./encode-resources.ts";
import { encodeContainerSecurity } from "./encode-security-context.ts";
import { encodeSignal } from "./signals.ts";

/** Translates a container's configuration as a client sends it; `decodeContainerConfig` returns the same again. */
export function encodeContainerConfig(config: ContainerConfig): WireContainerConfig {
  return {
    metadata: config.metadata,
    image: encodeImageSpec(config.image),
    command: [...config.command],
    args: [...config.args],
    workingDir: config.workingDir,
    envs: config.envs.map(({ key, value }) => ({ key, value })),
    mounts: config.mounts.map(encodeMount),
    devices: [...config.devices],
    labels: config.labels,
    annotations: config.annotations,
    logPath: config.logPath,
    stdin: config.stdin,
    stdinOnce: config.stdinOnce,
    tty: config.tty,
    CDIDevices: config.cdiDevices.map((name) => ({ name })),
    stopSignal: encodeSignal(config.stopSignal),
    linux: {
      resources: encodeResources(config.resources),
      securityContext: encodeContainerSecurity(config.security),
    },
  };
}
