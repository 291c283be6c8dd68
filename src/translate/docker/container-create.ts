import type { DockerConfig, DockerCreate, DockerHostConfig } from "./api.ts";
import { dockerCgroupParent } from "./cgroup-parent.ts";
import { type CgroupWrite, cgroupWrites } from "./cgroup-writes.ts";
import type { ContainerCreateInput, CreatePart } from "./container-create-input.ts";
import { devicesPart } from "./container-devices.ts";
import { mountsPart } from "./container-mounts.ts";
import { processPart } from "./container-process.ts";
import { dockerResources } from "./container-resources.ts";
import { securityPart } from "./container-security.ts";
import { userPart } from "./container-user.ts";
import { containerLabels } from "./labels.ts";
import { dockerLogConfig } from "./log-config.ts";
import { containerName } from "./names.ts";
import { containerNamespaces } from "./namespaces.ts";
import { clampOomScoreAdj } from "./node-limits.ts";

export interface ContainerCreateOutput {
  readonly create: DockerCreate;
  /** To be written once the container has started, in this order. */
  readonly cgroupWrites: readonly CgroupWrite[];
  /** Absolute path of the CRI log file; empty: none. */
  readonly logFile: string;
}

const steps: readonly ((input: ContainerCreateInput) => CreatePart)[] = [
  identityPart,
  processPart,
  userPart,
  securityPart,
  namespacesPart,
  resourcesPart,
  devicesPart,
  mountsPart,
  loggingPart,
];

/**
 * Returns the create call of a container, and what has to be done outside docker's API. Every field of the config is in one or
 * the other, or the call throws: InvalidArgument for what no engine can do, FailedPrecondition for what docker cannot
 * (docs/docker-limits.md lists each field).
 */
export function containerCreate(input: ContainerCreateInput): ContainerCreateOutput {
  const parts = steps.map((step) => step(input));
  const config: DockerConfig = Object.assign({}, ...parts.map((part) => part.config));
  const hostConfig: DockerHostConfig = Object.assign({}, ...parts.map((part) => part.hostConfig));
  const { metadata } = input.sandbox.config;
  return {
    create: {
      name: containerName(input.config.metadata, metadata),
      body: { ...config, HostConfig: hostConfig },
    },
    cgroupWrites: cgroupWrites(input.config.resources, input.engine),
    logFile: logFileOf(input),
  };
}

function identityPart(input: ContainerCreateInput): CreatePart {
  const labels = containerLabels(input.config, input.sandbox.id, logFileOf(input));
  return {
    config: { Labels: labels },
    hostConfig: input.runtime === "" ? {} : { Runtime: input.runtime },
  };
}

function namespacesPart({ config, sandbox, engine }: ContainerCreateInput): CreatePart {
  return { hostConfig: containerNamespaces(config.security.namespaces, sandbox, engine) };
}

function resourcesPart({ config, sandbox, engine, limits }: ContainerCreateInput): CreatePart {
  const cgroupParent = dockerCgroupParent(sandbox.config.cgroupParent, engine);
  return {
    hostConfig: {
      ...dockerResources(config.resources),
      ...(cgroupParent === "" ? {} : { CgroupParent: cgroupParent }),
      OomScoreAdj: clampOomScoreAdj(config.resources.oomScoreAdj, limits),
    },
  };
}

function loggingPart({ engine, logBufferBytes }: ContainerCreateInput): CreatePart {
  const logConfig = dockerLogConfig(logBufferBytes, engine);
  return logConfig === undefined ? {} : { hostConfig: { LogConfig: logConfig } };
}

/** `logPath` is relative to the sandbox's folder; without one of the two there is no file. */
function logFileOf({ config, sandbox }: ContainerCreateInput): string {
  const folder = sandbox.config.logDirectory;
  if (folder === "" || config.logPath === "") return "";
  return `${folder.replace(/\/+$/, "")}/${config.logPath}`;
}
