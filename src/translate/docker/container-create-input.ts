import type { ContainerConfig, ContainerUser } from "../../model/container.ts";
import type { Image } from "../../model/image.ts";
import type { PodSandbox } from "../../model/pod-sandbox.ts";
import type { DockerConfig, DockerHostConfig } from "./api.ts";
import type { EngineFacts } from "./engine.ts";
import type { NodeLimits } from "./node-limits.ts";

/** All that a container's create call is made from. */
export interface ContainerCreateInput {
  readonly sandbox: PodSandbox;
  readonly config: ContainerConfig;
  readonly image: Image;
  /** The docker runtime of the sandbox; empty: the engine's default. */
  readonly runtime: string;
  readonly engine: EngineFacts;
  readonly limits: NodeLimits;
  /** Content of the seccomp profile when `seccompFile` names one. */
  readonly seccompProfile: string | undefined;
  /** Who the image's own files make of the user (`resolveImageUser`), where `needsImageUser` says so; undefined: not known. */
  readonly imageUser: ContainerUser | undefined;
  /** Host folder for each image mount that `imageMountsToResolve` names, by containerPath. */
  readonly imageFolders: ReadonlyMap<string, string>;
  /** The folder of the pod's files, named as in `podFileNames`, where docker has none for the sandbox; else undefined. */
  readonly podFiles: string | undefined;
  /** What `hostDevicePaths` makes of the host's /dev, where `explicitlyPrivileged` says so. */
  readonly hostDevices: readonly string[];
  /** Bytes that docker may keep of the container's own log before it rotates them away. */
  readonly logBufferBytes: number;
}

/** What one step adds to the create body; no two steps set the same field. */
export interface CreatePart {
  readonly config?: DockerConfig;
  readonly hostConfig?: DockerHostConfig;
}
