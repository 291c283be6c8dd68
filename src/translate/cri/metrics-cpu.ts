import type { CgroupFigures, CpuFigures } from "../../model/metrics.ts";
import type { PsiStats } from "../../model/stats.ts";
import { type MetricRow, type MetricValue, rowsOf, seconds } from "./metric-row.ts";

const { counter } = rowsOf("cgroup");

/** Throttling is counted only under a quota, and told only there, as cAdvisor does. */
function underQuota(
  { cpu, limits }: CgroupFigures,
  value: (cpu: CpuFigures) => bigint | undefined,
): bigint | undefined {
  return cpu === undefined || limits.cpuQuotaMicros === undefined ? undefined : value(cpu);
}

/** Without a part for each processor there is one in all. */
function total(nanos: bigint | undefined): readonly MetricValue[] | undefined {
  const value = seconds(nanos);
  return value === undefined ? undefined : [{ value, labels: ["total"] }];
}

/** Processor time of a cgroup. */
export const cpuMetrics: readonly MetricRow[] = [
  counter({
    name: "container_cpu_usage_seconds_total",
    help: "Processor time used, in seconds.",
    labels: ["cpu"],
    from: ({ cpu }) => total(cpu?.usageNanos),
  }),
  counter({
    name: "container_cpu_user_seconds_total",
    help: "Processor time used in user mode, in seconds.",
    from: ({ cpu }) => seconds(cpu?.userNanos),
  }),
  counter({
    name: "container_cpu_system_seconds_total",
    help: "Processor time used in kernel mode, in seconds.",
    from: ({ cpu }) => seconds(cpu?.systemNanos),
  }),
  counter({
    name: "container_cpu_cfs_periods_total",
    help: "Enforcement periods of the CPU quota that have passed.",
    from: (figures) => underQuota(figures, ({ periods }) => periods),
  }),
  counter({
    name: "container_cpu_cfs_throttled_periods_total",
    help: "Enforcement periods in which the CPU quota was used up.",
    from: (figures) => underQuota(figures, ({ throttledPeriods }) => throttledPeriods),
  }),
  counter({
    name: "container_cpu_cfs_throttled_seconds_total",
    help: "Time for which the CPU quota held processors back, in seconds.",
    from: (figures) => underQuota(figures, ({ throttledNanos }) => seconds(throttledNanos)),
  }),
  counter({
    name: "container_cpu_cfs_burst_periods_total",
    help: "Enforcement periods in which more than the CPU quota was used out of what was saved.",
    needs: "cpu-burst",
    from: (figures) => underQuota(figures, ({ burstPeriods }) => burstPeriods),
  }),
  counter({
    name: "container_cpu_cfs_burst_seconds_total",
    help: "Processor time used above the CPU quota out of what was saved, in seconds.",
    needs: "cpu-burst",
    from: (figures) => underQuota(figures, ({ burstNanos }) => seconds(burstNanos)),
  }),
];

function stalled(psi: PsiStats | undefined): bigint | undefined {
  return psi && psi.full.totalMicros / 1_000_000n;
}

function waiting(psi: PsiStats | undefined): bigint | undefined {
  return psi && psi.some.totalMicros / 1_000_000n;
}

const pressures = [
  ["cpu", "a processor"],
  ["memory", "memory"],
  ["io", "input and output"],
] as const;

/** Time lost for want of a resource. */
export const pressureMetrics: readonly MetricRow[] = pressures.flatMap(([resource, what]) => [
  counter({
    name: `container_pressure_${resource}_stalled_seconds_total`,
    help: `Time in which all tasks stood still for want of ${what}, in seconds.`,
    needs: "pressure",
    from: ({ pressure }) => stalled(pressure[resource]),
  }),
  counter({
    name: `container_pressure_${resource}_waiting_seconds_total`,
    help: `Time in which some task stood still for want of ${what}, in seconds.`,
    needs: "pressure",
    from: ({ pressure }) => waiting(pressure[resource]),
  }),
]);
