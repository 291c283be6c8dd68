import type { MemoryFigures, SwapFigures } from "./cgroup-usage.ts";
import { flatValue, type KernelFiles } from "./kernel-files.ts";

/** "No limit" is the largest multiple of a page that fits a signed 64-bit number, whatever the page size. */
const unlimited = 1n << 62n;

/** Returns the CPU time of a cpuacct cgroup in nanoseconds. */
export function cpuNanosV1(files: KernelFiles, folder: string): bigint | undefined {
  return files.number(folder, "cpuacct.usage");
}

/**
 * Returns what a memory cgroup uses; undefined when it is gone. The `total_` figures count cgroups below it too, as the usage
 * does (Documentation/admin-guide/cgroup-v1/memory.rst, 5.2). Swap is undefined where the kernel does not account for it.
 */
export function memoryV1(
  files: KernelFiles,
  folder: string,
): { readonly memory: MemoryFigures; readonly swap: SwapFigures | undefined } | undefined {
  const usageBytes = files.number(folder, "memory.usage_in_bytes");
  const stat = files.text(folder, "memory.stat");
  if (usageBytes === undefined || stat === undefined) return undefined;
  const limitBytes = limited(files.number(folder, "memory.limit_in_bytes"));
  const memory = {
    usageBytes,
    inactiveFileBytes: flatValue(stat, "total_inactive_file") ?? 0n,
    rssBytes: flatValue(stat, "total_rss") ?? 0n,
    pageFaults: flatValue(stat, "total_pgfault") ?? 0n,
    majorPageFaults: flatValue(stat, "total_pgmajfault") ?? 0n,
    limitBytes,
  };
  return { memory, swap: swapV1(stat, limitBytes) };
}

/** The kernel limits memory and swap together: what swap may take is what is left of that beyond memory's own limit. */
function swapV1(stat: string, memoryLimit: bigint | undefined): SwapFigures | undefined {
  const usageBytes = flatValue(stat, "total_swap");
  if (usageBytes === undefined) return undefined;
  const both = limited(flatValue(stat, "hierarchical_memsw_limit"));
  const room = both === undefined || memoryLimit === undefined ? undefined : both - memoryLimit;
  return { usageBytes, limitBytes: room === undefined || room >= 0n ? room : 0n };
}

function limited(bytes: bigint | undefined): bigint | undefined {
  return bytes === undefined || bytes >= unlimited ? undefined : bytes;
}
