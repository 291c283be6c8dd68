import type { ContainerId, EngineName, ImageId, PodSandboxId } from "./ids.ts";
import type { ImageSpec } from "./image.ts";
import type { Device, Mount } from "./mount.ts";
import type { LinuxResources } from "./resources.ts";
import type { ContainerSecurityContext } from "./security.ts";

export interface ContainerMetadata {
  readonly name: string;
  readonly attempt: number;
}

export interface EnvironmentVariable {
  readonly key: string;
  /** Bytes: the CRI does not promise text. */
  readonly value: Uint8Array;
}

/** The validated request for a container. */
export interface ContainerConfig {
  readonly metadata: ContainerMetadata;
  readonly image: ImageSpec;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly workingDir: string;
  readonly envs: readonly EnvironmentVariable[];
  readonly mounts: readonly Mount[];
  readonly devices: readonly Device[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Relative to the sandbox's logDirectory; empty: no log file. */
  readonly logPath: string;
  readonly stdin: boolean;
  readonly stdinOnce: boolean;
  readonly tty: boolean;
  /** Fully qualified CDI names: `vendor.com/class=device`. */
  readonly cdiDevices: readonly string[];
  /** A name as `SIGTERM` or `SIGRTMIN+3`; undefined: the image's, else SIGTERM. */
  readonly stopSignal: string | undefined;
  readonly resources: LinuxResources;
  readonly security: ContainerSecurityContext;
}

/** The user that a container's first process runs as. */
export interface ContainerUser {
  readonly uid: number;
  readonly gid: number;
  readonly supplementalGroups: readonly number[];
}

/** What never changes in a container's life. Holds no environment: its values are nobody's business after the create. */
export interface Container {
  readonly id: ContainerId;
  readonly sandboxId: PodSandboxId;
  readonly engine: EngineName;
  readonly createdAtNanos: bigint;
  readonly config: Omit<ContainerConfig, "envs">;
  readonly imageId: ImageId;
  /** A repo digest where one is known, else the image id. */
  readonly imageRef: string;
  /** Absolute path of the CRI log file; empty: none. */
  readonly logFile: string;
  /** What will end the container by default: never empty. */
  readonly stopSignal: string;
}

/** What changes: as the engine last told it. State is derived by `containerState`. */
export interface ContainerFacts {
  /** The first process on the host, 0 when none runs. */
  readonly pid: number;
  /** 0n before the start. */
  readonly startedAtNanos: bigint;
  /** 0n until it has ended. */
  readonly finishedAtNanos: bigint;
  readonly exitCode: number;
  readonly oomKilled: boolean;
  /** We have killed it: want of memory was not its end then, whatever befell other processes in it before. Not said: no. */
  readonly killed?: boolean;
  /** The engine's words on a start that failed; empty otherwise. */
  readonly error: string;
  /** What the first process began as; undefined before the start, and where it was over before anybody could look. */
  readonly user: ContainerUser | undefined;
  /** The limits in force; changed by UpdateContainerResources. */
  readonly resources: LinuxResources;
}

export type ContainerState = "CREATED" | "RUNNING" | "EXITED" | "UNKNOWN";

/**
 * ```
 *  CREATED ──start──▶ RUNNING ──exit──▶ EXITED
 *     └──────── start failed ────────────▲
 * ```
 */
export function containerState(facts: ContainerFacts): ContainerState {
  if (facts.finishedAtNanos > 0n) return "EXITED";
  return facts.startedAtNanos > 0n ? "RUNNING" : "CREATED";
}

/** Why a container ended, in the words kubelets and their users know; empty while it has not. */
export function exitReason(facts: ContainerFacts): string {
  if (containerState(facts) !== "EXITED") return "";
  if (facts.oomKilled) return "OOMKilled";
  if (facts.startedAtNanos === 0n || facts.error !== "") return "ContainerCannotRun";
  return facts.exitCode === 0 ? "Completed" : "Error";
}
