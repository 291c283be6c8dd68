/** What a cgroup's files say at one moment, the same for both versions of cgroups. */
export interface CgroupUsage {
  readonly cpuNanos: bigint | undefined;
  readonly memory: MemoryFigures | undefined;
  readonly swap: SwapFigures | undefined;
}

export interface MemoryFigures {
  readonly usageBytes: bigint;
  readonly inactiveFileBytes: bigint;
  readonly rssBytes: bigint;
  readonly pageFaults: bigint;
  readonly majorPageFaults: bigint;
  /** undefined: no limit. */
  readonly limitBytes: bigint | undefined;
}

export interface SwapFigures {
  readonly usageBytes: bigint;
  /** undefined: no limit. */
  readonly limitBytes: bigint | undefined;
}
