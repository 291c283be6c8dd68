import type { PodSandboxConfig } from "../../model/pod-sandbox.ts";
import type { DockerCreate } from "./api.ts";
import type { EngineFacts } from "./engine.ts";
import type { NodeLimits } from "./node-limits.ts";

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

/** Stub: the body follows. */
export function sandboxCreate(input: SandboxCreateInput): DockerCreate {
  throw new Error(input.image);
}
