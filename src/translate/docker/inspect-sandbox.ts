import { podSandboxId } from "../../model/ids.ts";
import type { PodSandbox, PodSandboxConfig } from "../../model/pod-sandbox.ts";
import type { DockerContainerInspect } from "./api.ts";
import { engineTimeNanos } from "./engine-time.ts";
import { readProfile, readSandboxNamespaces, readSelinux, readUser } from "./inspect-security.ts";
import { readLabels } from "./labels.ts";
import { parseName } from "./names.ts";

/** What the caller knows and docker does not tell. */
export interface SandboxContext {
  readonly runtimeHandler: string;
  /** Where the kubelet keeps the logs of its pods; empty: unknown, and its pods' new containers get no log file. */
  readonly podLogsFolder: string;
}

/**
 * Returns the sandbox that a container of docker's is, made from its name, labels and settings: for those that another shim left,
 * or whose state file is lost. DNS, port mappings, overhead and the cgroup parent's full path (systemd) are not in docker.
 * undefined when it is no sandbox.
 */
export function readSandbox(
  inspect: DockerContainerInspect,
  context: SandboxContext,
): PodSandbox | undefined {
  const { labels, annotations, type } = readLabels(inspect.Config.Labels);
  const parsed = parseName(inspect.Name);
  if (type !== "sandbox" || parsed?.type !== "sandbox") return undefined;
  const { name, namespace, uid } = parsed.sandbox;
  const folder = context.podLogsFolder;
  const onHost = inspect.HostConfig.NetworkMode === "host";
  const config: PodSandboxConfig = {
    metadata: parsed.sandbox,
    hostname: onHost ? "" : (inspect.Config.Hostname ?? ""),
    logDirectory: folder === "" ? "" : `${folder}/${namespace}_${name}_${uid}`,
    dns: undefined,
    portMappings: [],
    labels,
    annotations,
    cgroupParent: inspect.HostConfig.CgroupParent ?? "",
    sysctls: inspect.HostConfig.Sysctls ?? {},
    security: sandboxSecurity(inspect),
    overhead: undefined,
    resources: undefined,
  };
  return {
    id: podSandboxId(inspect.Id),
    engine: "docker",
    runtimeHandler: context.runtimeHandler,
    createdAtNanos: engineTimeNanos(inspect.Created),
    config,
  };
}

function sandboxSecurity({
  Config,
  HostConfig,
}: DockerContainerInspect): PodSandboxConfig["security"] {
  const options = HostConfig.SecurityOpt ?? [];
  return {
    namespaces: readSandboxNamespaces(HostConfig),
    privileged: HostConfig.Privileged ?? false,
    selinux: readSelinux(options),
    runAsUser: readUser(Config.User).uid,
    runAsGroup: readUser(Config.User).gid,
    readonlyRootfs: HostConfig.ReadonlyRootfs ?? false,
    supplementalGroups: (HostConfig.GroupAdd ?? []).map(Number).filter(Number.isInteger),
    supplementalGroupsPolicy: "Merge",
    seccomp: readProfile(options, "seccomp"),
    apparmor: readProfile(options, "apparmor"),
  };
}
