import { readFileSync } from "node:fs";
import type { ContainerConfig } from "../../model/container.ts";
import { podSandboxId } from "../../model/ids.ts";
import type { PodSandbox, PodSandboxConfig } from "../../model/pod-sandbox.ts";
import { noResources } from "../../model/resources.ts";
import type { ContainerSecurityContext, NamespaceOptions } from "../../model/security.ts";
import type { DockerImageInspect, DockerInfo, DockerVersion } from "./api.ts";
import type { ContainerCreateInput } from "./container-create-input.ts";
import { type EngineFacts, engineFacts } from "./engine.ts";
import { readImage } from "./image.ts";
import type { NodeLimits } from "./node-limits.ts";

/* Test data: a pod as a kubelet sends it, and engines as they answer. */

/** Returns an answer that dockerd 20.10.24 gave. */
export function golden<T>(name: string): T {
  const file = new URL(`golden/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8")) as T;
}

const version20 = golden<DockerVersion>("version-20.10");
const info20 = golden<DockerInfo>("info-20.10");

/** dockerd 20.10.24 on cgroup v1 with cgroupfs. */
export const docker20: EngineFacts = engineFacts(version20, info20);

const runcFeatures = JSON.stringify({ ociVersionMin: "1.0.0", mountOptions: ["ro", "rro"] });

/** The answers of a Docker 28 on cgroup v2 with systemd, AppArmor and CDI. */
export const version28: DockerVersion = {
  Version: "28.5.2",
  ApiVersion: "1.51",
  MinAPIVersion: "1.24",
};
export const info28: DockerInfo = {
  ...info20,
  CgroupDriver: "systemd",
  CgroupVersion: "2",
  SecurityOptions: ["name=apparmor", "name=seccomp,profile=builtin", "name=cgroupns"],
  CDISpecDirs: ["/etc/cdi", "/var/run/cdi"],
  Runtimes: {
    runc: { path: "runc", status: { "org.opencontainers.runtime-spec.features": runcFeatures } },
    runsc: { path: "/usr/bin/runsc" },
  },
};
export const docker28: EngineFacts = engineFacts(version28, info28);

const capabilities =
  `CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE
  NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN
  SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE
  MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE`.split(/\s+/);

/** A node whose root may do everything. */
export const fullNode: NodeLimits = { capabilities, minOomScoreAdj: -1000 };
/** A nested node: no CAP_SYS_RESOURCE. */
export const nestedNode: NodeLimits = {
  capabilities: capabilities.filter((name) => name !== "SYS_RESOURCE"),
  minOomScoreAdj: 0,
};

export const podNamespaces: NamespaceOptions = {
  network: "POD",
  pid: "CONTAINER",
  ipc: "POD",
  targetId: undefined,
  user: undefined,
};

/** A sandbox of a kubelet's. */
export const examplePod: PodSandboxConfig = {
  metadata: { name: "web-0", uid: "6a3f6b0e-5d5f-4c62", namespace: "shop", attempt: 2 },
  hostname: "web-0",
  logDirectory: "/var/log/pods/shop_web-0_6a3f6b0e-5d5f-4c62",
  dns: { servers: ["10.96.0.10"], searches: [], options: [] },
  portMappings: [],
  labels: { app: "web", "io.kubernetes.pod.name": "web-0" },
  annotations: { "kubernetes.io/config.source": "api" },
  cgroupParent: "/kubepods/burstable/pod6a3f6b0e",
  sysctls: { "net.core.somaxconn": "1024" },
  security: {
    namespaces: podNamespaces,
    privileged: false,
    selinux: undefined,
    runAsUser: undefined,
    runAsGroup: undefined,
    readonlyRootfs: false,
    supplementalGroups: [],
    supplementalGroupsPolicy: "Merge",
    seccomp: { type: "RuntimeDefault" },
    apparmor: undefined,
  },
  overhead: undefined,
  resources: undefined,
};

export const exampleSandbox: PodSandbox = {
  id: podSandboxId("5b".repeat(32)),
  engine: "docker",
  runtimeHandler: "",
  createdAtNanos: 1n,
  config: examplePod,
};

export const exampleSecurity: ContainerSecurityContext = {
  ...examplePod.security,
  runAsUsername: undefined,
  capabilities: { add: [], drop: [], addAmbient: [] },
  noNewPrivs: false,
  maskedPaths: ["/proc/kcore"],
  readonlyPaths: ["/proc/sys"],
};

const exampleImage = readImage(golden<DockerImageInspect>("image-inspect"), false);

/** A container of a kubelet's. */
export const exampleContainer: ContainerConfig = {
  metadata: { name: "app", attempt: 1 },
  image: {
    image: exampleImage.id,
    annotations: {},
    userSpecifiedImage: "",
    runtimeHandler: "",
    imageRef: "",
  },
  command: [],
  args: [],
  workingDir: "",
  envs: [],
  mounts: [],
  devices: [],
  labels: { "io.kubernetes.container.name": "app" },
  annotations: { "io.kubernetes.container.hash": "1a2b" },
  logPath: "app/1.log",
  stdin: false,
  stdinOnce: false,
  tty: false,
  cdiDevices: [],
  stopSignal: undefined,
  resources: noResources,
  security: exampleSecurity,
};

/** Returns the input of a container's create, with those fields of its config changed. */
export function exampleInput(
  config: Partial<ContainerConfig> = {},
  rest: Partial<ContainerCreateInput> = {},
): ContainerCreateInput {
  return {
    sandbox: exampleSandbox,
    config: { ...exampleContainer, ...config },
    image: exampleImage,
    runtime: "",
    engine: docker20,
    limits: fullNode,
    seccompProfile: undefined,
    imageUser: undefined,
    imageFolders: new Map(),
    hostDevices: [],
    logBufferBytes: 32 * 1024 * 1024,
    ...rest,
  };
}

/** Returns such an input with those fields of its security context changed. */
export function secured(
  security: Partial<ContainerSecurityContext>,
  rest: Partial<ContainerCreateInput> = {},
): ContainerCreateInput {
  return exampleInput({ security: { ...exampleSecurity, ...security } }, rest);
}
