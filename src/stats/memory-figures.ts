import type { CgroupPaths } from "../host/cgroup.ts";
import type { MemoryFigures } from "../model/metrics.ts";
import { flatValue, type KernelFiles } from "./kernel-files.ts";

/** Reads what a cgroup's memory is made of; undefined when it is gone or has no memory controller. */
export function readMemoryFigures(
  files: KernelFiles,
  { controllers, unified }: CgroupPaths,
): MemoryFigures | undefined {
  const memory = controllers.get("memory");
  if (memory !== undefined) return readV1(files, memory);
  return unified === undefined ? undefined : readV2(files, unified);
}

/** The `total_` figures count cgroups below it too, as the usage does (Documentation/admin-guide/cgroup-v1/memory.rst, 5.2). */
function readV1(files: KernelFiles, folder: string): MemoryFigures | undefined {
  const usageBytes = files.number(folder, "memory.usage_in_bytes");
  const stat = files.text(folder, "memory.stat");
  if (usageBytes === undefined || stat === undefined) return undefined;
  const total = (key: string) => flatValue(stat, `total_${key}`);
  const scoped = (key: string) => ({
    own: flatValue(stat, key) ?? 0n,
    hierarchy: total(key) ?? 0n,
  });
  const oomControl = files.text(folder, "memory.oom_control") ?? "";
  return {
    usageBytes,
    maxUsageBytes: files.number(folder, "memory.max_usage_in_bytes"),
    cacheBytes: total("cache") ?? 0n,
    rssBytes: total("rss") ?? 0n,
    // Absent with swapaccount=0: then nothing is counted as swapped.
    swapBytes: total("swap") ?? 0n,
    mappedFileBytes: total("mapped_file") ?? 0n,
    kernelBytes: files.number(folder, "memory.kmem.usage_in_bytes") ?? 0n,
    activeFileBytes: total("active_file") ?? 0n,
    inactiveFileBytes: total("inactive_file") ?? 0n,
    dirtyFileBytes: total("dirty") ?? 0n,
    writebackFileBytes: total("writeback") ?? 0n,
    limitHits: files.number(folder, "memory.failcnt") ?? 0n,
    pageFaults: scoped("pgfault"),
    majorPageFaults: scoped("pgmajfault"),
    refaultedFilePages: total("workingset_refault_file"),
    refaultedAnonPages: total("workingset_refault_anon"),
    scannedPages: undefined,
    stolenPages: undefined,
    highEvents: undefined,
    maxEvents: undefined,
    oomKills: flatValue(oomControl, "oom_kill"),
  };
}

/** Everything in v2 counts the cgroups below, too (Documentation/admin-guide/cgroup-v2.rst). */
function readV2(files: KernelFiles, folder: string): MemoryFigures | undefined {
  const usageBytes = files.number(folder, "memory.current");
  const stat = files.text(folder, "memory.stat");
  if (usageBytes === undefined || stat === undefined) return undefined;
  const value = (key: string) => flatValue(stat, key);
  const bytes = (key: string) => value(key) ?? 0n;
  const scoped = (key: string) => ({ own: bytes(key), hierarchy: bytes(key) });
  const events = files.text(folder, "memory.events") ?? "";
  const maxEvents = flatValue(events, "max");
  return {
    usageBytes,
    maxUsageBytes: files.number(folder, "memory.peak"),
    cacheBytes: bytes("file"),
    rssBytes: bytes("anon"),
    swapBytes: files.number(folder, "memory.swap.current") ?? 0n,
    mappedFileBytes: bytes("file_mapped"),
    kernelBytes: value("kernel") ?? kernelParts.reduce((sum, key) => sum + bytes(key), 0n),
    activeFileBytes: bytes("active_file"),
    inactiveFileBytes: bytes("inactive_file"),
    dirtyFileBytes: bytes("file_dirty"),
    writebackFileBytes: bytes("file_writeback"),
    limitHits: maxEvents ?? 0n,
    pageFaults: scoped("pgfault"),
    majorPageFaults: scoped("pgmajfault"),
    refaultedFilePages: value("workingset_refault_file"),
    refaultedAnonPages: value("workingset_refault_anon"),
    scannedPages: value("pgscan"),
    stolenPages: value("pgsteal"),
    highEvents: flatValue(events, "high"),
    maxEvents,
    oomKills: flatValue(events, "oom_kill"),
  };
}

/** What the kernel sums up as `kernel` since 5.18. */
const kernelParts = ["kernel_stack", "pagetables", "percpu", "vmalloc", "slab"];
