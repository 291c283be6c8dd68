import type { DockerDevice, DockerHostConfig } from "./api.ts";
import type { ContainerCreateInput, CreatePart } from "./container-create-input.ts";
import { explicitlyPrivileged } from "./privilege.ts";
import { cannot } from "./refusal.ts";

/** All that lies under the host's /dev: docker walks a folder and takes each device node in it. */
const everyDevice: DockerDevice = {
  PathOnHost: "/dev",
  PathInContainer: "/dev",
  CgroupPermissions: "rwm",
};
const everyAccess = "a *:* rwm";

/** Returns the devices. Throws FailedPrecondition for CDI devices where this docker injects none. */
export function devicesPart(input: ContainerCreateInput): CreatePart {
  const { config } = input;
  const devices = config.devices.map((device) => ({
    PathOnHost: device.hostPath,
    PathInContainer: device.containerPath,
    CgroupPermissions: device.permissions,
  }));
  if (explicitlyPrivileged(input)) {
    const fields = { Devices: [everyDevice, ...devices], DeviceCgroupRules: [everyAccess] };
    return { hostConfig: { ...fields, ...cdi(input) } };
  }
  return { hostConfig: { ...(devices.length > 0 ? { Devices: devices } : {}), ...cdi(input) } };
}

function cdi({ config, engine }: ContainerCreateInput): DockerHostConfig {
  if (config.cdiDevices.length === 0) return {};
  if (!engine.features.cdi)
    throw cannot("cdiDevices", "CDI needs Docker 25 or newer with CDI enabled (features.cdi)");
  return { DeviceRequests: [{ Driver: "cdi", DeviceIDs: config.cdiDevices }] };
}
