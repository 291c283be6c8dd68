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

/** One sample of one container; a part the kernel does not have is undefined. */
export interface ContainerStats {
  readonly cpu: CpuUsage | undefined;
  readonly memory: MemoryUsage | undefined;
  readonly swap: SwapUsage | undefined;
  readonly io: IoUsage | undefined;
  readonly writableLayer: FilesystemUsage | undefined;
}

/** Where the kernel shows a container; what an engine tells so that stats/ can measure. */
export interface ContainerLocation {
  readonly pid: number;
  /** Folder of the writable layer on the host; undefined when the engine does not tell. */
  readonly writableLayer: string | undefined;
}
