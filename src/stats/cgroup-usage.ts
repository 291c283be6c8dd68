import type { CgroupPaths } from "../host/cgroup.ts";
import { cpuNanosV1, memoryV1 } from "./cgroup-v1.ts";
import { cpuNanosV2, memoryV2 } from "./cgroup-v2.ts";
import type { KernelFiles } from "./kernel-files.ts";

/** What a cgroup's files say at one moment, the same for both versions of cgroups; each is undefined when its files are not there. */
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

/** Reads a cgroup's figures: a controller's v1 folder where there is one, else the v2 folder. */
export function readUsage(files: KernelFiles, cgroup: CgroupPaths): CgroupUsage {
  const { controllers, unified } = cgroup;
  const [cpuacct, memory] = [controllers.get("cpuacct"), controllers.get("memory")];
  const figures =
    memory === undefined
      ? unified === undefined
        ? undefined
        : memoryV2(files, unified)
      : memoryV1(files, memory);
  return {
    cpuNanos: cpuacct === undefined ? cpuOf(files, unified) : cpuNanosV1(files, cpuacct),
    memory: figures?.memory,
    swap: figures?.swap,
  };
}

function cpuOf(files: KernelFiles, unified: string | undefined): bigint | undefined {
  return unified === undefined ? undefined : cpuNanosV2(files, unified);
}
