import type { Mount, MountPropagation } from "../../model/mount.ts";
import type { IdMapping } from "../../model/security.ts";
import type { OciInput } from "./oci-input.ts";
import { cannot } from "./refusal.ts";
import type { OciIdMapping, OciMount } from "./spec.ts";

const safe = ["nosuid", "noexec", "nodev"] as const;

/**
 * Returns the mounts in the order in which they are to be made: the kernel's, the pod's, then the client's, parents before what lies
 * in them. Throws FailedPrecondition for recursive read-only where the node cannot, and for options that no mount has.
 */
export function ociMounts(input: OciInput): readonly OciMount[] {
  const { config, podFiles } = input;
  const taken = new Set(config.mounts.map(({ containerPath }) => normal(containerPath)));
  const own = [
    ...kernelMounts(input),
    ...[...podFiles].map(([path, file]) => fileMount(path, file)),
  ];
  const asked = config.mounts.map((mount) => clientMount(mount, input));
  return [...own.filter(({ destination }) => !taken.has(destination)), ...sorted(asked)];
}

/** The root's propagation: a mount can only be a slave or shared when what it lies in lets it. */
export function rootfsPropagation({ config }: OciInput): string | undefined {
  const kinds = new Set(config.mounts.map(({ propagation }) => propagation));
  if (kinds.has("BIDIRECTIONAL")) return "rshared";
  return kinds.has("HOST_TO_CONTAINER") ? "rslave" : undefined;
}

function kernelMounts({ config, shm }: OciInput): readonly OciMount[] {
  const { privileged } = config.security;
  const access = privileged ? "rw" : "ro";
  return [
    { destination: "/proc", type: "proc", source: "proc", options: [...safe] },
    {
      destination: "/dev",
      type: "tmpfs",
      source: "tmpfs",
      options: ["nosuid", "strictatime", "mode=755", "size=65536k"],
    },
    {
      destination: "/dev/pts",
      type: "devpts",
      source: "devpts",
      options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"],
    },
    shm === undefined
      ? {
          destination: "/dev/shm",
          type: "tmpfs",
          source: "shm",
          options: [...safe, "mode=1777", "size=65536k"],
        }
      : { destination: "/dev/shm", type: "bind", source: shm, options: ["rbind", ...safe] },
    { destination: "/dev/mqueue", type: "mqueue", source: "mqueue", options: [...safe] },
    { destination: "/sys", type: "sysfs", source: "sysfs", options: [...safe, access] },
    {
      destination: "/sys/fs/cgroup",
      type: "cgroup",
      source: "cgroup",
      options: [...safe, "relatime", access],
    },
  ];
}

/** Containers may write /etc/hosts and /etc/resolv.conf of their pod, as with other runtimes. */
function fileMount(destination: string, source: string): OciMount {
  return { destination, type: "bind", source, options: ["rbind", "rprivate", "rw"] };
}

function clientMount(mount: Mount, input: OciInput): OciMount {
  const { containerPath, image, hostPath } = mount;
  const folder = input.imageFolders.get(containerPath);
  const ofImage = image !== undefined;
  if (ofImage && folder === undefined)
    throw cannot(`mounts ${containerPath}`, "its image is not there");
  return {
    destination: normal(containerPath),
    type: "bind",
    source: folder ?? hostPath,
    options: [
      "rbind",
      propagationOption(ofImage ? "PRIVATE" : mount.propagation),
      ...readOnlyOptions(mount, input),
      ...mount.mountOptions.filter((option) => checkedOption(option, containerPath)),
    ],
    ...(mount.uidMappings.length > 0 && { uidMappings: mount.uidMappings.map(idMapping) }),
    ...(mount.gidMappings.length > 0 && { gidMappings: mount.gidMappings.map(idMapping) }),
  };
}

function readOnlyOptions(mount: Mount, { node }: OciInput): readonly string[] {
  if (mount.recursiveReadOnly) {
    if (node.recursiveReadOnly) return ["ro", "rro"];
    throw cannot(
      `mounts ${mount.containerPath}`,
      "recursive read-only needs Linux 5.12 and a runtime that knows rro",
    );
  }
  return [mount.readonly || mount.image !== undefined ? "ro" : "rw"];
}

function propagationOption(propagation: MountPropagation): string {
  if (propagation === "BIDIRECTIONAL") return "rshared";
  return propagation === "HOST_TO_CONTAINER" ? "rslave" : "rprivate";
}

/** What the kernel knows of a bind (mount(8), "FILESYSTEM-INDEPENDENT MOUNT OPTIONS"); ro, rw and bind are said otherwise. */
const options = new Set([
  "noexec",
  "exec",
  "nosuid",
  "suid",
  "nodev",
  "dev",
  "noatime",
  "relatime",
  "strictatime",
  "nodiratime",
]);
const saidOtherwise = new Set(["ro", "rw", "bind", "rbind"]);

function checkedOption(option: string, containerPath: string): boolean {
  if (saidOtherwise.has(option)) return false;
  if (options.has(option)) return true;
  throw cannot(`mounts ${containerPath}`, `a bind mount has no option ${option}`);
}

function sorted(mounts: readonly OciMount[]): readonly OciMount[] {
  const depth = ({ destination }: OciMount): number => destination.split("/").length;
  return mounts.toSorted((a, b) => depth(a) - depth(b));
}

function normal(path: string): string {
  return `/${path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/")}`;
}

/** The runtime's words for a mapping. */
export function idMapping({ hostId, containerId, length }: IdMapping): OciIdMapping {
  return { containerID: containerId, hostID: hostId, size: length };
}
