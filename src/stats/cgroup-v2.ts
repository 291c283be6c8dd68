import type { MemoryFigures, SwapFigures } from "./cgroup-usage.ts";
import { flatValue, type KernelFiles } from "./kernel-files.ts";

/** Returns the CPU time of a cgroup in nanoseconds; the kernel tells it in microseconds. */
export function cpuNanosV2(files: KernelFiles, folder: string): bigint | undefined {
  const micros = flatValue(files.text(folder, "cpu.stat") ?? "", "usage_usec");
  return micros === undefined ? undefined : micros * 1_000n;
}

/** Returns what a cgroup uses; undefined when it is gone or its parent does not enable the memory controller. Swap is undefined on a kernel without swap. */
export function memoryV2(
  files: KernelFiles,
  folder: string,
): { readonly memory: MemoryFigures; readonly swap: SwapFigures | undefined } | undefined {
  const usageBytes = files.number(folder, "memory.current");
  const stat = files.text(folder, "memory.stat");
  if (usageBytes === undefined || stat === undefined) return undefined;
  const memory = {
    usageBytes,
    inactiveFileBytes: flatValue(stat, "inactive_file") ?? 0n,
    rssBytes: flatValue(stat, "anon") ?? 0n,
    pageFaults: flatValue(stat, "pgfault") ?? 0n,
    majorPageFaults: flatValue(stat, "pgmajfault") ?? 0n,
    limitBytes: files.number(folder, "memory.max"),
  };
  return { memory, swap: swapV2(files, folder) };
}

function swapV2(files: KernelFiles, folder: string): SwapFigures | undefined {
  const usageBytes = files.number(folder, "memory.swap.current");
  if (usageBytes === undefined) return undefined;
  return { usageBytes, limitBytes: files.number(folder, "memory.swap.max") };
}
