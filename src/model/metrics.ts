import type { Container } from "./container.ts";
import type { PodSandbox } from "./pod-sandbox.ts";
import type { NetworkUsage, PsiStats } from "./stats.ts";

/** What only some kernels show; metrics that need it are not described on a node without it. */
export type MetricFeature =
  | "cpu-burst"
  | "memory-refaults"
  | "memory-reclaim"
  | "memory-events"
  | "hugetlb"
  | "hugetlb-peak"
  | "io-cost"
  | "pressure";

/** What a cgroup's files say at one moment. A figure is undefined where this kernel has no such counter. */
export interface CgroupFigures {
  readonly timestampNanos: bigint;
  readonly cpu: CpuFigures | undefined;
  readonly memory: MemoryFigures | undefined;
  readonly pids: PidsFigures | undefined;
  readonly io: readonly DeviceIo[];
  readonly hugetlb: readonly HugetlbFigures[];
  readonly pressure: PressureFigures;
  readonly limits: CgroupLimits;
}

export interface CpuFigures {
  readonly usageNanos: bigint;
  readonly userNanos: bigint | undefined;
  readonly systemNanos: bigint | undefined;
  readonly periods: bigint | undefined;
  readonly throttledPeriods: bigint | undefined;
  readonly throttledNanos: bigint | undefined;
  readonly burstPeriods: bigint | undefined;
  readonly burstNanos: bigint | undefined;
}

export interface MemoryFigures {
  readonly usageBytes: bigint;
  /** undefined where the kernel keeps no peak (v2 before 5.19). */
  readonly maxUsageBytes: bigint | undefined;
  readonly cacheBytes: bigint;
  readonly rssBytes: bigint;
  readonly swapBytes: bigint;
  readonly mappedFileBytes: bigint;
  readonly kernelBytes: bigint;
  readonly activeFileBytes: bigint;
  readonly inactiveFileBytes: bigint;
  readonly dirtyFileBytes: bigint;
  readonly writebackFileBytes: bigint;
  /** How often the usage ran into the limit. */
  readonly limitHits: bigint;
  readonly pageFaults: Scoped;
  readonly majorPageFaults: Scoped;
  readonly refaultedFilePages: bigint | undefined;
  readonly refaultedAnonPages: bigint | undefined;
  readonly scannedPages: bigint | undefined;
  readonly stolenPages: bigint | undefined;
  readonly highEvents: bigint | undefined;
  readonly maxEvents: bigint | undefined;
  /** Processes that the kernel killed for want of memory. */
  readonly oomKills: bigint | undefined;
}

/** A counter of the cgroup itself, and with all below it. v2 has but the latter, told as both. */
interface Scoped {
  readonly own: bigint;
  readonly hierarchy: bigint;
}

export interface PidsFigures {
  readonly threads: bigint;
  /** undefined: no limit. */
  readonly maxThreads: bigint | undefined;
}

/** Input and output of one block device. */
export interface DeviceIo {
  /** As `/dev/sda`; empty when the kernel no longer knows the numbers. */
  readonly device: string;
  readonly major: string;
  readonly minor: string;
  /** Bytes by what was done (`Read`, `Write`, on v1 also `Sync`, `Async`, `Discard`, `Total`). */
  readonly bytes: ReadonlyMap<string, bigint>;
  /** Requests, likewise. */
  readonly requests: ReadonlyMap<string, bigint>;
  /** v2 with the io.cost controller: microseconds by key (`cost.usage`, `cost.wait`, `cost.indebt`, `cost.indelay`). */
  readonly costMicros: ReadonlyMap<string, bigint>;
}

export interface HugetlbFigures {
  /** As the kernel names it: `2MB`, `1GB`. */
  readonly pageSize: string;
  readonly usageBytes: bigint;
  readonly maxUsageBytes: bigint | undefined;
  readonly limitHits: bigint;
}

interface PressureFigures {
  readonly cpu: PsiStats | undefined;
  readonly memory: PsiStats | undefined;
  readonly io: PsiStats | undefined;
}

/** The limits that the kernel keeps; undefined: none. */
export interface CgroupLimits {
  readonly cpuShares: bigint | undefined;
  readonly cpuPeriodMicros: bigint | undefined;
  readonly cpuQuotaMicros: bigint | undefined;
  readonly memoryBytes: bigint | undefined;
  /** As the kernel counts it: with memory on v1, without it on v2. */
  readonly swapBytes: bigint | undefined;
  /** v1's soft limit, v2's memory.min. */
  readonly memoryReservationBytes: bigint | undefined;
}

/** What the processes of a container have open and do. */
export interface ProcessFigures {
  readonly timestampNanos: bigint;
  readonly processes: bigint;
  readonly fileDescriptors: bigint;
  readonly sockets: bigint;
  /** Soft limit of open files of the first process; undefined when it has ended. */
  readonly maxOpenFiles: bigint | undefined;
  /** undefined for a container of too many threads to look at each. */
  readonly tasks: TaskFigures | undefined;
}

export interface TaskFigures {
  readonly running: bigint;
  readonly sleeping: bigint;
  readonly stopped: bigint;
  readonly uninterruptible: bigint;
  /** Running threads averaged over about ten seconds, × 1000. */
  readonly loadMillis: bigint;
  /** Uninterruptible threads, likewise. */
  readonly loadUninterruptibleMillis: bigint;
}

/** The file system under a container's writable layer, and what the layer takes of it. */
export interface LayerFigures {
  readonly timestampNanos: bigint;
  /** As `/dev/sda1`. */
  readonly device: string;
  readonly capacityBytes: bigint;
  readonly inodes: bigint;
  readonly inodesFree: bigint;
  /** undefined before the first measure is done. */
  readonly usedBytes: bigint | undefined;
}

/** All figures of one running container. */
export interface ContainerFigures {
  /** Path in the cgroup hierarchy, as `/kubepods/podUID/ID`. */
  readonly cgroupPath: string;
  readonly cgroup: CgroupFigures;
  readonly processes: ProcessFigures | undefined;
  readonly layer: LayerFigures | undefined;
}

/** What is left to tell of a container that has ended. */
interface EndedFigures {
  /** Where its cgroup was; empty when it was never measured. */
  readonly cgroupPath: string;
  readonly timestampNanos: bigint;
  readonly oomKills: bigint;
}

/** A container with what metrics tell of it. */
export interface ContainerMetrics {
  readonly container: Container;
  readonly startedAtNanos: bigint;
  readonly figures: ContainerFigures | EndedFigures;
}

/** Figures of a cgroup that holds a whole pod. */
export interface PodCgroupFigures {
  readonly cgroupPath: string;
  readonly cgroup: CgroupFigures;
}

/** A pod with what metrics tell of it and its containers. */
export interface PodSandboxMetrics {
  readonly sandbox: PodSandbox;
  readonly startedAtNanos: bigint;
  /** undefined when the pod has no cgroup of its own. */
  readonly pod: PodCgroupFigures | undefined;
  /** undefined for pods of the node's network. */
  readonly network: NetworkUsage | undefined;
  readonly containers: readonly ContainerMetrics[];
}
