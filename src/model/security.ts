/** Whose namespace a container gets: the pod's, its own, the node's, or another container's. */
export type NamespaceMode = "POD" | "CONTAINER" | "NODE" | "TARGET";

export interface IdMapping {
  readonly hostId: number;
  readonly containerId: number;
  readonly length: number;
}

/** Only mode POD (a user namespace of the pod's own) and NODE (none) exist for user namespaces. */
export interface UserNamespace {
  readonly mode: "POD" | "NODE";
  readonly uids: readonly IdMapping[];
  readonly gids: readonly IdMapping[];
}

export interface NamespaceOptions {
  readonly network: NamespaceMode;
  readonly pid: NamespaceMode;
  readonly ipc: NamespaceMode;
  /** The container whose PID namespace is shared; set exactly when pid is TARGET. */
  readonly targetId: string | undefined;
  readonly user: UserNamespace | undefined;
}

export interface SelinuxOptions {
  readonly user: string;
  readonly role: string;
  readonly type: string;
  readonly level: string;
}

/** A seccomp or AppArmor profile: the runtime's default, none at all, or one on this node. */
export type SecurityProfile =
  | { readonly type: "RuntimeDefault" }
  | { readonly type: "Unconfined" }
  /** For seccomp an absolute path of a JSON file, for AppArmor the name of a loaded profile. */
  | { readonly type: "Localhost"; readonly ref: string };

export type SupplementalGroupsPolicy = "Merge" | "Strict";

export interface Capabilities {
  /** Upper-case names without `CAP_`, or `ALL`. */
  readonly add: readonly string[];
  readonly drop: readonly string[];
  readonly addAmbient: readonly string[];
}

/** What sandboxes and containers have in common. */
interface SecurityContext {
  readonly namespaces: NamespaceOptions;
  readonly privileged: boolean;
  readonly selinux: SelinuxOptions | undefined;
  readonly runAsUser: number | undefined;
  readonly runAsGroup: number | undefined;
  readonly readonlyRootfs: boolean;
  readonly supplementalGroups: readonly number[];
  readonly supplementalGroupsPolicy: SupplementalGroupsPolicy;
  /** undefined: nothing was said, which the CRI defines as unconfined. */
  readonly seccomp: SecurityProfile | undefined;
  /** undefined: nothing was said, which the CRI defines as the runtime's default. */
  readonly apparmor: SecurityProfile | undefined;
}

export type SandboxSecurityContext = SecurityContext;

export interface ContainerSecurityContext extends SecurityContext {
  readonly runAsUsername: string | undefined;
  readonly capabilities: Capabilities;
  readonly noNewPrivs: boolean;
  readonly maskedPaths: readonly string[];
  readonly readonlyPaths: readonly string[];
}
