import type { Container, ContainerConfig } from "../../model/container.ts";
import { containerId, imageId, podSandboxId } from "../../model/ids.ts";
import type { Image } from "../../model/image.ts";
import { imageRefOf } from "../../model/image-lookup.ts";
import type { ContainerSecurityContext } from "../../model/security.ts";
import { stopSignalName } from "../../model/stop-signal.ts";
import type { DockerContainerInspect, DockerDevice } from "./api.ts";
import { engineTimeNanos } from "./engine-time.ts";
import { readResources } from "./inspect.ts";
import { readMounts } from "./inspect-mounts.ts";
import { readContainerNamespaces, readProfile, readSelinux, readUser } from "./inspect-security.ts";
import { type ReadLabels, readLabels } from "./labels.ts";
import { parseName } from "./names.ts";

/** What the caller knows of the container's image; undefined where the image is gone. */
export interface ContainerContext {
  readonly image: Image | undefined;
  /** The labels of the image's configuration, which docker adds to a container's own. */
  readonly imageLabels: Readonly<Record<string, string>>;
}

/**
 * Returns the container that one of docker's is, made from its name, labels and settings: for those that another shim left, or
 * whose state file is lost. undefined when it is no container of a pod.
 */
export function readContainer(
  inspect: DockerContainerInspect,
  context: ContainerContext,
): Container | undefined {
  const labels = readLabels(inspect.Config.Labels, context.imageLabels);
  const parsed = parseName(inspect.Name);
  if (labels.type !== "container" || parsed?.type !== "container") return undefined;
  return {
    id: containerId(inspect.Id),
    sandboxId: podSandboxId(labels.sandboxId),
    engine: "docker",
    createdAtNanos: engineTimeNanos(inspect.Created),
    config: { ...readConfig(inspect, labels), metadata: parsed.container },
    imageId: imageId(inspect.Image),
    imageRef: context.image === undefined ? inspect.Image : imageRefOf(context.image),
    logFile: labels.logFile,
    stopSignal: stopSignalName(inspect.Config.StopSignal),
  };
}

type AdoptedConfig = Omit<ContainerConfig, "envs" | "metadata">;

function readConfig(inspect: DockerContainerInspect, labels: ReadLabels): AdoptedConfig {
  const { Config, HostConfig } = inspect;
  return {
    image: {
      image: Config.Image ?? inspect.Image,
      annotations: {},
      userSpecifiedImage: "",
      runtimeHandler: "",
      imageRef: "",
    },
    command: Config.Entrypoint ?? [],
    args: Config.Cmd ?? [],
    workingDir: Config.WorkingDir ?? "",
    mounts: readMounts(inspect, labels.sandboxId),
    devices: (HostConfig.Devices ?? []).map(readDevice),
    labels: labels.labels,
    annotations: labels.annotations,
    logPath: relativeLogPath(labels.logFile),
    stdin: Config.OpenStdin ?? false,
    stdinOnce: Config.StdinOnce ?? false,
    tty: Config.Tty ?? false,
    cdiDevices: (HostConfig.DeviceRequests ?? [])
      .filter((request) => request.Driver === "cdi")
      .flatMap((request) => request.DeviceIDs),
    stopSignal: undefined,
    resources: readResources(HostConfig),
    security: readSecurity(inspect, labels.sandboxId),
  };
}

function readSecurity(
  inspect: DockerContainerInspect,
  sandboxId: string,
): ContainerSecurityContext {
  const { Config, HostConfig } = inspect;
  const options = HostConfig.SecurityOpt ?? [];
  const user = readUser(Config.User);
  return {
    namespaces: readContainerNamespaces(HostConfig, sandboxId),
    privileged: HostConfig.Privileged ?? false,
    selinux: readSelinux(options),
    runAsUser: user.uid,
    runAsGroup: user.gid,
    runAsUsername: user.name,
    readonlyRootfs: HostConfig.ReadonlyRootfs ?? false,
    supplementalGroups: groupsOf(inspect),
    supplementalGroupsPolicy: "Merge",
    seccomp: readProfile(options, "seccomp"),
    apparmor: readProfile(options, "apparmor"),
    capabilities: {
      add: (HostConfig.CapAdd ?? []).map(capabilityName),
      drop: (HostConfig.CapDrop ?? []).map(capabilityName),
      addAmbient: [],
    },
    noNewPrivs: options.some((option) => /^no-new-privileges([=:]true)?$/.test(option)),
    maskedPaths: HostConfig.MaskedPaths ?? [],
    readonlyPaths: HostConfig.ReadonlyPaths ?? [],
  };
}

function groupsOf({ HostConfig }: DockerContainerInspect): readonly number[] {
  return (HostConfig.GroupAdd ?? []).map(Number).filter(Number.isInteger);
}

function capabilityName(name: string): string {
  return name.replace(/^CAP_/, "");
}

function readDevice(device: DockerDevice): ContainerConfig["devices"][number] {
  return {
    hostPath: device.PathOnHost,
    containerPath: device.PathInContainer,
    permissions: device.CgroupPermissions,
  };
}

/** `…/<ns>_<pod>_<uid>/<container>/<attempt>.log` → `<container>/<attempt>.log`, as kubelets lay their logs out. */
function relativeLogPath(logFile: string): string {
  return logFile.split("/").slice(-2).join("/");
}
