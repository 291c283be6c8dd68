import type { DockerDevice, DockerHostConfig } from "./api.ts";
import type { ContainerCreateInput, CreatePart } from "./container-create-input.ts";
import { explicitlyPrivileged } from "./privilege.ts";
import { cannot } from "./refusal.ts";

const everyAccess = "a *:* rwm";

/** What a reader of /dev sees of an entry; Node's Dirent is one. */
interface DeviceEntry {
  readonly name: string;
  isBlockDevice(): boolean;
  isCharacterDevice(): boolean;
  isDirectory(): boolean;
}

/** Mounts of their own in every container, and the console, which is the container's terminal: as runc leaves them out. */
const ownOfContainers = new Set(["pts", "shm", "fd", "mqueue", "hugepages", "console"]);

/** Returns the paths that a privileged container gets of the host's /dev; docker takes every device node in a folder. */
export function hostDevicePaths(entries: readonly DeviceEntry[]): readonly string[] {
  return entries
    .filter((entry) => entry.isBlockDevice() || entry.isCharacterDevice() || entry.isDirectory())
    .filter(({ name }) => !ownOfContainers.has(name) && !name.startsWith("."))
    .map(({ name }) => `/dev/${name}`)
    .sort();
}

/** Returns the devices. Throws FailedPrecondition for CDI devices where this docker injects none. */
export function devicesPart(input: ContainerCreateInput): CreatePart {
  const { config } = input;
  const devices = config.devices.map((device) => ({
    PathOnHost: device.hostPath,
    PathInContainer: device.containerPath,
    CgroupPermissions: device.permissions,
  }));
  if (explicitlyPrivileged(input)) {
    const all = [...input.hostDevices.map(wholeDevice), ...devices];
    const fields = { Devices: all, DeviceCgroupRules: [everyAccess] };
    return { hostConfig: { ...fields, ...cdi(input) } };
  }
  return { hostConfig: { ...(devices.length > 0 ? { Devices: devices } : {}), ...cdi(input) } };
}

function wholeDevice(path: string): DockerDevice {
  return { PathOnHost: path, PathInContainer: path, CgroupPermissions: "rwm" };
}

function cdi({ config, engine }: ContainerCreateInput): DockerHostConfig {
  if (config.cdiDevices.length === 0) return {};
  if (!engine.features.cdi)
    throw cannot("cdiDevices", "CDI needs Docker 25 or newer with CDI enabled (features.cdi)");
  return { DeviceRequests: [{ Driver: "cdi", DeviceIDs: config.cdiDevices }] };
}
