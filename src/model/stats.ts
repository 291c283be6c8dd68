import type { FilesystemUsage } from "./image.ts";

/** Pressure stall information as the kernel prints it (Documentation/accounting/psi.rst); totals in microseconds. */
export interface PsiData {
  readonly totalMicros: bigint;
  readonly avg10: number;
  readonly avg60: number;
  readonly avg300: number;
}

export interface PsiStats {
  readonly full: PsiData;
  readonly some: PsiData;
}

export interface CpuUsage {
  readonly timestampNanos: bigint;
  readonly usageCoreNanoSeconds: bigint;
  /** Averaged over the two newest samples; undefined until there are two. */
  readonly usageNanoCores: bigint | undefined;
  readonly psi: PsiStats | undefined;
}

export interface MemoryUsage {
  readonly timestampNanos: bigint;
  /** usage − inactive file pages: what eviction looks at. */
  readonly workingSetBytes: bigint;
  /** limit − working set; undefined without a limit. */
  readonly availableBytes: bigint | undefined;
  readonly usageBytes: bigint;
  readonly rssBytes: bigint;
  readonly pageFaults: bigint;
  readonly majorPageFaults: bigint;
  readonly psi: PsiStats | undefined;
}

export interface SwapUsage {
  readonly timestampNanos: bigint;
  readonly availableBytes: bigint | undefined;
  readonly usageBytes: bigint;
}

export interface IoUsage {
  readonly timestampNanos: bigint;
  readonly psi: PsiStats | undefined;
}

/** One sample of one cgroup; a part the kernel does not have is undefined. */
export interface CgroupStats {
  readonly cpu: CpuUsage | undefined;
  readonly memory: MemoryUsage | undefined;
  readonly swap: SwapUsage | undefined;
  readonly io: IoUsage | undefined;
}

/** One sample of one container. */
export interface ContainerStats extends CgroupStats {
  /** The last measure of the layer, with its own time; undefined before the first. */
  readonly writableLayer: FilesystemUsage | undefined;
}

/** Counters of one network interface, as seen from inside of the pod. */
export interface NetworkInterfaceUsage {
  readonly name: string;
  readonly rxBytes: bigint;
  readonly rxPackets: bigint;
  readonly rxErrors: bigint;
  readonly rxDropped: bigint;
  readonly txBytes: bigint;
  readonly txPackets: bigint;
  readonly txErrors: bigint;
  readonly txDropped: bigint;
}

/** All interfaces of a pod but the loopback one. */
export interface NetworkUsage {
  /** When they were read: older than the sample while they can be read nowhere. */
  readonly timestampNanos: bigint;
  /** The one that the pod's address is on. */
  readonly defaultInterface: NetworkInterfaceUsage;
  /** All others. */
  readonly interfaces: readonly NetworkInterfaceUsage[];
}

export interface ProcessUsage {
  readonly timestampNanos: bigint;
  /** Processes, not threads, that of the sandbox included. */
  readonly processCount: bigint;
}

/** One sample of one pod sandbox; what is not known is undefined. */
export interface PodSandboxStats extends CgroupStats {
  /** undefined for pods in the host's network. */
  readonly network: NetworkUsage | undefined;
  readonly process: ProcessUsage | undefined;
}

/** Where the kernel shows a container; what an engine tells so that stats/ can measure. */
export interface ContainerLocation {
  readonly pid: number;
  /** Folder of the writable layer on the host; undefined when the engine does not tell. */
  readonly writableLayer: string | undefined;
}

/** Where the kernel shows a pod sandbox and its containers. */
export interface PodSandboxLocation {
  /** The process that holds the pod's namespaces; 0 when none does, or it is one of the containers'. */
  readonly pid: number;
  /** As it was asked for: a path, or with systemd perhaps only the slice's name; empty: the pod has no cgroup of its own. */
  readonly cgroupParent: string;
  /** The pod's network namespace is not the host's. */
  readonly hasOwnNetwork: boolean;
  /** The host's end of its link, which also counts while no process is in it; undefined when there is none or it is not known. */
  readonly hostInterface: string | undefined;
  /** The containers that run, by id. */
  readonly containers: ReadonlyMap<string, ContainerLocation>;
}
