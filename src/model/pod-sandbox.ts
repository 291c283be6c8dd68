import type { EngineName, PodSandboxId } from "./ids.ts";
import type { LinuxResources } from "./resources.ts";
import type { SandboxSecurityContext } from "./security.ts";

export interface PodSandboxMetadata {
  readonly name: string;
  /** Any string; not necessarily a UUID. */
  readonly uid: string;
  readonly namespace: string;
  readonly attempt: number;
}

export interface DnsConfig {
  readonly servers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

export type Protocol = "TCP" | "UDP" | "SCTP";

export interface PortMapping {
  readonly protocol: Protocol;
  readonly containerPort: number;
  /** 0: not published on the host. */
  readonly hostPort: number;
  /** Empty: every address. */
  readonly hostIp: string;
}

/** The validated request for a pod sandbox. */
export interface PodSandboxConfig {
  readonly metadata: PodSandboxMetadata;
  /** Empty for host-network pods. */
  readonly hostname: string;
  /** Absolute, or empty: containers then have no log file. */
  readonly logDirectory: string;
  /** undefined: the engine's default. */
  readonly dns: DnsConfig | undefined;
  readonly portMappings: readonly PortMapping[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Absolute in cgroupfs form (`/kubepods/burstable/podUID`) or a slice name; empty: the engine's default. */
  readonly cgroupParent: string;
  readonly sysctls: Readonly<Record<string, string>>;
  readonly security: SandboxSecurityContext;
  readonly overhead: LinuxResources | undefined;
  readonly resources: LinuxResources | undefined;
}

/** What never changes in a sandbox's life. */
export interface PodSandbox {
  readonly id: PodSandboxId;
  readonly engine: EngineName;
  readonly runtimeHandler: string;
  readonly createdAtNanos: bigint;
  readonly config: PodSandboxConfig;
}

/** What changes: as the engine last told it. State is derived by `podSandboxState`. */
export interface PodSandboxFacts {
  /** The process that holds the namespaces, 0 when there is none. */
  readonly pid: number;
  /** 0n before the first start. */
  readonly startedAtNanos: bigint;
  /** 0n while it runs. */
  readonly finishedAtNanos: bigint;
  /** First the primary one; empty for host-network pods. Kept after the stop. */
  readonly ips: readonly string[];
}

export type PodSandboxState = "READY" | "NOTREADY";

/** READY from the moment the sandbox runs until its holder process ends. */
export function podSandboxState(facts: PodSandboxFacts): PodSandboxState {
  return facts.startedAtNanos > 0n && facts.finishedAtNanos === 0n ? "READY" : "NOTREADY";
}
