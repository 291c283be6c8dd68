import type { ContainerConfig } from "../../src/model/container.ts";
import type { ImageSpec } from "../../src/model/image.ts";
import type { PodSandboxConfig } from "../../src/model/pod-sandbox.ts";
import { noResources } from "../../src/model/resources.ts";
import type { ContainerSecurityContext, NamespaceOptions } from "../../src/model/security.ts";

const namespaces: NamespaceOptions = {
  network: "POD",
  pid: "CONTAINER",
  ipc: "POD",
  targetId: undefined,
  user: undefined,
};

const security: ContainerSecurityContext = {
  namespaces,
  privileged: false,
  selinux: undefined,
  runAsUser: undefined,
  runAsGroup: undefined,
  runAsUsername: undefined,
  readonlyRootfs: false,
  supplementalGroups: [],
  supplementalGroupsPolicy: "Merge",
  seccomp: undefined,
  apparmor: undefined,
  capabilities: { add: [], drop: [], addAmbient: [] },
  noNewPrivs: false,
  maskedPaths: [],
  readonlyPaths: [],
};

/** A request for a pod sandbox with nothing special in it. */
export function podSandboxConfig(
  name: string,
  change: Partial<PodSandboxConfig> = {},
): PodSandboxConfig {
  return {
    metadata: { name, uid: `uid-${name}`, namespace: "contract", attempt: 0 },
    hostname: name,
    logDirectory: "",
    dns: undefined,
    portMappings: [],
    labels: { app: name },
    annotations: {},
    cgroupParent: "",
    sysctls: {},
    security,
    overhead: undefined,
    resources: undefined,
    ...change,
  };
}

/** A request for a container with nothing special in it. */
export function containerConfig(
  name: string,
  image: string,
  change: Partial<ContainerConfig> = {},
): ContainerConfig {
  return {
    metadata: { name, attempt: 0 },
    image: imageSpec(image),
    command: ["sleep", "3600"],
    args: [],
    workingDir: "",
    envs: [],
    mounts: [],
    devices: [],
    labels: { container: name },
    annotations: {},
    logPath: "",
    stdin: false,
    stdinOnce: false,
    tty: false,
    cdiDevices: [],
    stopSignal: undefined,
    resources: noResources,
    security,
    ...change,
  };
}

/** A client's name of an image. */
export function imageSpec(image: string): ImageSpec {
  return { image, annotations: {}, userSpecifiedImage: "", runtimeHandler: "", imageRef: "" };
}
