import type { ContainerConfig, ContainerUser } from "../../model/container.ts";
import type { PodSandbox } from "../../model/pod-sandbox.ts";
import type { OciDevice } from "./spec.ts";

/** What an image says of the containers made from it. */
interface ImageProcess {
  readonly env: readonly string[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly workingDir: string;
}

/** What the node's kernel has, and what this process may give away of it. */
export interface NodeFacts {
  /** Upper-case names without `CAP_`. */
  readonly capabilities: readonly string[];
  /** The lowest oom_score_adj that can be set. */
  readonly minOomScoreAdj: number;
  readonly cgroupVersion: 1 | 2;
  readonly apparmor: boolean;
  readonly selinux: boolean;
  readonly seccomp: boolean;
  /** `2MB`, `1GB`: those that this kernel has a limit for. */
  readonly hugepageSizes: readonly string[];
  /** Whether the kernel counts swap with memory. */
  readonly swapAccounting: boolean;
  /** Whether the runtime and the kernel make a mount tree read-only. */
  readonly recursiveReadOnly: boolean;
}

/** The node's, a new one, or another container's by its file. */
export type PidNamespace = "host" | "new" | { readonly path: string };

/** Files of namespaces to join; undefined: the node's. */
export interface NamespacePaths {
  readonly network: string | undefined;
  readonly ipc: string | undefined;
  readonly uts: string | undefined;
  readonly pid: PidNamespace;
  readonly user: string | undefined;
}

/** All that a container's config.json follows from. Whatever had to be looked up on the node was. */
export interface OciInput {
  readonly id: string;
  readonly config: ContainerConfig;
  readonly sandbox: PodSandbox;
  readonly image: ImageProcess;
  readonly user: ContainerUser;
  /** The mounted root file system. */
  readonly rootfs: string;
  readonly namespaces: NamespacePaths;
  /** As the runtime wants it: a path, or `slice:prefix:name` with systemd. */
  readonly cgroupsPath: string;
  /** Container path → file on the node: `/etc/resolv.conf`, `/etc/hosts`, `/etc/hostname`. */
  readonly podFiles: ReadonlyMap<string, string>;
  /** The pod's `/dev/shm`; undefined: the container's own. */
  readonly shm: string | undefined;
  /** Each device of the config as the node has it; all of the node's for a privileged container. */
  readonly devices: readonly { readonly device: OciDevice; readonly permissions: string }[];
  /** Container path → folder of an image's content. */
  readonly imageFolders: ReadonlyMap<string, string>;
  /** The seccomp profile in the runtime's form; undefined: none. */
  readonly seccomp: unknown;
  readonly node: NodeFacts;
}
