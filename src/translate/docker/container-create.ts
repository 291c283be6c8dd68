import type { ContainerConfig, ContainerUser } from "../../model/container.ts";
import type { Image } from "../../model/image.ts";
import type { PodSandbox } from "../../model/pod-sandbox.ts";
import type { DockerCreate } from "./api.ts";
import type { CgroupWrite } from "./cgroup-writes.ts";
import type { EngineFacts } from "./engine.ts";
import type { NodeLimits } from "./node-limits.ts";

export interface ContainerCreateInput {
  readonly sandbox: PodSandbox;
  readonly config: ContainerConfig;
  readonly image: Image;
  /** The docker runtime of the sandbox; empty: the engine's default. */
  readonly runtime: string;
  readonly engine: EngineFacts;
  readonly limits: NodeLimits;
  /** Content of the seccomp profile when `config.security.seccomp` is Localhost (and the container is not privileged). */
  readonly seccompProfile: string | undefined;
  /** Who the image's /etc/passwd and /etc/group make of the user; see `needsUserFiles`. undefined: not known. */
  readonly imageUser: ContainerUser | undefined;
  /** Host folder for each image mount that `imageMountsToResolve` names, by containerPath. */
  readonly imageFolders: ReadonlyMap<string, string>;
  /** Bytes that docker may keep of the container's own log before it rotates them away. */
  readonly logBufferBytes: number;
}

export interface ContainerCreateOutput {
  readonly create: DockerCreate;
  /** To be written once the container has started, in this order. */
  readonly cgroupWrites: readonly CgroupWrite[];
  /** Absolute path of the CRI log file; empty: none. */
  readonly logFile: string;
}

/** Stub: the body follows. */
export function containerCreate(input: ContainerCreateInput): ContainerCreateOutput {
  throw new Error(input.runtime);
}
