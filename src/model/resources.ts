/** Limits of a Linux container or pod, in the kernel's units; `undefined` means: not said, leave as it is. */
export interface LinuxResources {
  readonly cpuPeriodMicros: number | undefined;
  readonly cpuQuotaMicros: number | undefined;
  readonly cpuShares: number | undefined;
  readonly memoryLimitBytes: number | undefined;
  /** Memory plus swap, as the kernel's memsw counts it. */
  readonly memorySwapLimitBytes: number | undefined;
  readonly oomScoreAdj: number | undefined;
  readonly cpusetCpus: string | undefined;
  readonly cpusetMems: string | undefined;
  readonly hugepageLimits: readonly HugepageLimit[];
  /** cgroup v2 file name → value, written as it stands. */
  readonly unified: Readonly<Record<string, string>>;
}

export interface HugepageLimit {
  /** As the kernel names it: `2MB`, `1GB`. */
  readonly pageSize: string;
  readonly limitBytes: bigint;
}

/** Resources with nothing said. */
export const noResources: LinuxResources = {
  cpuPeriodMicros: undefined,
  cpuQuotaMicros: undefined,
  cpuShares: undefined,
  memoryLimitBytes: undefined,
  memorySwapLimitBytes: undefined,
  oomScoreAdj: undefined,
  cpusetCpus: undefined,
  cpusetMems: undefined,
  hugepageLimits: [],
  unified: {},
};
