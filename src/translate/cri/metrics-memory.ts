import type { MemoryFigures } from "../../model/metrics.ts";
import { each, type MetricRow, type MetricValue, rowsOf } from "./metric-row.ts";

const { counter, gauge } = rowsOf("cgroup");
const oom = rowsOf("oom");

function workingSet({ usageBytes, inactiveFileBytes }: MemoryFigures): bigint {
  // They are read one after the other, so the difference may come out below zero.
  return usageBytes > inactiveFileBytes ? usageBytes - inactiveFileBytes : 0n;
}

function failures({ pageFaults, majorPageFaults }: MemoryFigures): readonly MetricValue[] {
  return [
    { value: pageFaults.own, labels: ["pgfault", "container"] },
    { value: majorPageFaults.own, labels: ["pgmajfault", "container"] },
    { value: pageFaults.hierarchy, labels: ["pgfault", "hierarchy"] },
    { value: majorPageFaults.hierarchy, labels: ["pgmajfault", "hierarchy"] },
  ];
}

/** Memory of a cgroup. */
export const memoryMetrics: readonly MetricRow[] = [
  gauge({
    name: "container_memory_usage_bytes",
    help: "Memory in use, whenever it was last touched, in bytes.",
    from: ({ memory }) => memory?.usageBytes,
  }),
  gauge({
    name: "container_memory_max_usage_bytes",
    help: "Highest memory usage recorded, in bytes.",
    from: ({ memory }) => memory?.maxUsageBytes,
  }),
  gauge({
    name: "container_memory_working_set_bytes",
    help: "Memory that cannot be reclaimed at once: usage without inactive file pages, in bytes.",
    from: ({ memory }) => memory && workingSet(memory),
  }),
  gauge({
    name: "container_memory_cache",
    help: "Page cache, in bytes.",
    from: ({ memory }) => memory?.cacheBytes,
  }),
  gauge({
    name: "container_memory_rss",
    help: "Anonymous memory, in bytes.",
    from: ({ memory }) => memory?.rssBytes,
  }),
  gauge({
    name: "container_memory_swap",
    help: "Swap in use, in bytes.",
    from: ({ memory }) => memory?.swapBytes,
  }),
  gauge({
    name: "container_memory_mapped_file",
    help: "Files mapped into memory, in bytes.",
    from: ({ memory }) => memory?.mappedFileBytes,
  }),
  gauge({
    name: "container_memory_kernel_usage",
    help: "Memory that the kernel uses for the container, in bytes.",
    from: ({ memory }) => memory?.kernelBytes,
  }),
  gauge({
    name: "container_memory_total_active_file_bytes",
    help: "File pages touched lately, in bytes.",
    from: ({ memory }) => memory?.activeFileBytes,
  }),
  gauge({
    name: "container_memory_total_inactive_file_bytes",
    help: "File pages not touched lately, in bytes.",
    from: ({ memory }) => memory?.inactiveFileBytes,
  }),
  gauge({
    name: "container_memory_file_dirty_bytes",
    help: "File pages that are still to be written to disk, in bytes.",
    from: ({ memory }) => memory?.dirtyFileBytes,
  }),
  gauge({
    name: "container_memory_file_writeback_bytes",
    help: "File pages that are being written to disk, in bytes.",
    from: ({ memory }) => memory?.writebackFileBytes,
  }),
  counter({
    name: "container_memory_failcnt",
    help: "How often the memory usage ran into its limit.",
    from: ({ memory }) => memory?.limitHits,
  }),
  counter({
    name: "container_memory_failures_total",
    help: "Page faults, and those of them that had to wait for a disk.",
    labels: ["failure_type", "scope"],
    from: ({ memory }) => memory && failures(memory),
  }),
  counter({
    name: "container_memory_workingset_refault_file_total",
    help: "File pages that were evicted and needed again.",
    needs: "memory-refaults",
    from: ({ memory }) => memory?.refaultedFilePages,
  }),
  counter({
    name: "container_memory_workingset_refault_anon_total",
    help: "Anonymous pages that were evicted and needed again.",
    needs: "memory-refaults",
    from: ({ memory }) => memory?.refaultedAnonPages,
  }),
  counter({
    name: "container_memory_pgscan_total",
    help: "Pages that were looked at to reclaim some.",
    needs: "memory-reclaim",
    from: ({ memory }) => memory?.scannedPages,
  }),
  counter({
    name: "container_memory_pgsteal_total",
    help: "Pages that were reclaimed.",
    needs: "memory-reclaim",
    from: ({ memory }) => memory?.stolenPages,
  }),
  counter({
    name: "container_memory_events_high_total",
    help: "How often processes were held back above memory.high.",
    needs: "memory-events",
    from: ({ memory }) => memory?.highEvents,
  }),
  counter({
    name: "container_memory_events_max_total",
    help: "How often the memory usage was about to go over memory.max.",
    needs: "memory-events",
    from: ({ memory }) => memory?.maxEvents,
  }),
  oom.counter({
    name: "container_oom_events_total",
    help: "Processes that the kernel killed for want of memory.",
    from: ({ kills }) => kills,
  }),
];

/** Huge pages of a cgroup, by their size. */
export const hugetlbMetrics: readonly MetricRow[] = [
  gauge({
    name: "container_hugetlb_usage_bytes",
    help: "Huge pages in use, in bytes.",
    labels: ["pagesize"],
    needs: "hugetlb",
    from: ({ hugetlb }) =>
      each(
        hugetlb,
        ({ pageSize }) => [pageSize],
        (pages) => pages.usageBytes,
      ),
  }),
  gauge({
    name: "container_hugetlb_max_usage_bytes",
    help: "Highest usage of huge pages recorded, in bytes.",
    labels: ["pagesize"],
    needs: "hugetlb-peak",
    from: ({ hugetlb }) =>
      each(
        hugetlb,
        ({ pageSize }) => [pageSize],
        (pages) => pages.maxUsageBytes,
      ),
  }),
  counter({
    name: "container_hugetlb_failcnt",
    help: "How often the usage of huge pages ran into its limit.",
    labels: ["pagesize"],
    needs: "hugetlb",
    from: ({ hugetlb }) =>
      each(
        hugetlb,
        ({ pageSize }) => [pageSize],
        (pages) => pages.limitHits,
      ),
  }),
];
