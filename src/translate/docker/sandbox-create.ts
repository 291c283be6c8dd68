import type { PodSandboxConfig } from "../../model/pod-sandbox.ts";
import type { DockerConfig, DockerCreate, DockerHostConfig } from "./api.ts";
import { engineGivesAll } from "./capabilities.ts";
import { dockerCgroupParent } from "./cgroup-parent.ts";
import type { EngineFacts } from "./engine.ts";
import { fixedConfig, fixedHostConfig } from "./fixed-settings.ts";
import { sandboxLabels } from "./labels.ts";
import { sandboxName } from "./names.ts";
import { sandboxNamespaces } from "./namespaces.ts";
import { clampOomScoreAdj, type NodeLimits } from "./node-limits.ts";
import { idText, invalid } from "./refusal.ts";
import { securityOptions } from "./security-options.ts";

export interface SandboxCreateInput {
  readonly config: PodSandboxConfig;
  /** Id or reference of the image whose process holds the namespaces. */
  readonly image: string;
  /** The docker runtime of the handler; empty: the engine's default. */
  readonly runtime: string;
  readonly engine: EngineFacts;
  readonly limits: NodeLimits;
  /** Content of the seccomp profile when `config.security.seccomp` is Localhost. */
  readonly seccompProfile: string | undefined;
}

/** The least weight there is, and the last to be killed: the pause process of dockershim and cri-dockerd. */
const pauseCpuShares = 2;
const pauseOomScoreAdj = -998;
/** include/uapi/linux/utsname.h: __NEW_UTS_LEN. */
const longestHostname = 64;

/**
 * Returns the create call of a sandbox's pause container. Its network is none or the host's: CNI connects it, and resolv.conf is
 * written by us. For a network of its own docker's is switched off, and the OCI runtime makes the namespace: docker's own way takes half of
 * the start's time, and all that it adds are the pod's files, which are ours then (docs/decisions/0014). A privileged pod's pause container is privileged too, as dockershim's was: the first mount of sysfs in a network
 * namespace decides for all later ones whether it can be written, and that mount is the pause container's.
 * Throws InvalidArgument for what no engine can do, FailedPrecondition for what docker cannot.
 */
export function sandboxCreate(input: SandboxCreateInput): DockerCreate {
  const { config } = input;
  return {
    name: sandboxName(config.metadata),
    body: { ...sandboxConfig(input), HostConfig: sandboxHostConfig(input) },
  };
}

function sandboxConfig({ config, image }: SandboxCreateInput): DockerConfig {
  return {
    ...fixedConfig,
    Image: image,
    Labels: sandboxLabels(config),
    ...hostname(config),
    ...(config.security.namespaces.network === "NODE" ? {} : { NetworkDisabled: true }),
    ...user(config),
  };
}

function sandboxHostConfig(input: SandboxCreateInput): DockerHostConfig {
  const { config, engine, limits, runtime, seccompProfile } = input;
  const { security } = config;
  const cgroupParent = dockerCgroupParent(config.cgroupParent, engine);
  const confinement = {
    ...security,
    seccomp: sandboxSeccomp(input),
    seccompProfile,
    noNewPrivs: true,
  };
  return {
    ...fixedHostConfig,
    ...sandboxNamespaces(security.namespaces, engine),
    ...(runtime === "" ? {} : { Runtime: runtime }),
    ...(cgroupParent === "" ? {} : { CgroupParent: cgroupParent }),
    ...groups(config),
    // Nobody reads what a pause process prints.
    LogConfig: { Type: "none" },
    CpuShares: pauseCpuShares,
    OomScoreAdj: clampOomScoreAdj(pauseOomScoreAdj, limits),
    ReadonlyRootfs: security.readonlyRootfs,
    ...(security.privileged && engineGivesAll(input) ? { Privileged: true } : {}),
    SecurityOpt: securityOptions(confinement, engine),
    Sysctls: config.sysctls,
  };
}

/** The kubelet asks for RuntimeDefault in every sandbox; a node without seccomp can still hold namespaces. */
function sandboxSeccomp({
  config,
  engine,
}: SandboxCreateInput): PodSandboxConfig["security"]["seccomp"] {
  const { seccomp } = config.security;
  return seccomp?.type === "RuntimeDefault" && !engine.seccomp ? undefined : seccomp;
}

function hostname(config: PodSandboxConfig): DockerConfig {
  if (config.security.namespaces.network === "NODE" || config.hostname === "") return {};
  if (Buffer.byteLength(config.hostname) > longestHostname)
    throw invalid("hostname", `at most ${longestHostname} bytes, not ${config.hostname}`);
  return { Hostname: config.hostname };
}

function user({ security }: PodSandboxConfig): DockerConfig {
  const { runAsUser, runAsGroup } = security;
  if (runAsUser === undefined && runAsGroup !== undefined)
    throw invalid("security.runAsGroup", "needs runAsUser");
  if (runAsUser === undefined) return {};
  const uid = idText("security.runAsUser", runAsUser);
  if (runAsGroup === undefined) return { User: uid };
  return { User: `${uid}:${idText("security.runAsGroup", runAsGroup)}` };
}

function groups({ security }: PodSandboxConfig): DockerHostConfig {
  const { supplementalGroups } = security;
  if (supplementalGroups.length === 0) return {};
  return {
    GroupAdd: supplementalGroups.map((group) => idText("security.supplementalGroups", group)),
  };
}
