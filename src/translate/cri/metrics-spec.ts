import type { CgroupFigures, CgroupLimits } from "../../model/metrics.ts";
import { type MetricRow, rowsOf, seconds } from "./metric-row.ts";

const limits = rowsOf("cgroup");
const life = rowsOf("life");

function limit(name: string, help: string, value: (limits: CgroupLimits) => bigint | undefined) {
  return limits.gauge({
    name: `container_spec_${name}`,
    help,
    timed: false,
    from: (figures: CgroupFigures) => value(figures.limits),
  });
}

/** The limits that the kernel keeps. */
export const limitMetrics: readonly MetricRow[] = [
  limit(
    "cpu_period",
    "Enforcement period of the CPU quota, in microseconds.",
    (of) => of.cpuPeriodMicros,
  ),
  limit(
    "cpu_quota",
    "CPU quota in a period, in microseconds; absent without one.",
    (of) => of.cpuQuotaMicros,
  ),
  limit("cpu_shares", "CPU shares.", (of) => of.cpuShares),
  limit("memory_limit_bytes", "Memory limit in bytes; 0: none.", (of) => of.memoryBytes ?? 0n),
  limit("memory_swap_limit_bytes", "Swap limit in bytes; 0: none.", (of) => of.swapBytes ?? 0n),
  limit(
    "memory_reservation_limit_bytes",
    "Memory reserved in bytes; 0: none.",
    (of) => of.memoryReservationBytes ?? 0n,
  ),
];

/** When a container was made, started, and seen. */
export const lifeMetrics: readonly MetricRow[] = [
  life.gauge({
    name: "container_last_seen",
    help: "When the container was last seen, in seconds since 1970.",
    from: ({ timestampNanos }) => seconds(timestampNanos),
  }),
  life.gauge({
    name: "container_creation_time_seconds",
    help: "When the container was made, in seconds since 1970.",
    timed: false,
    from: ({ createdAtNanos }) => seconds(createdAtNanos),
  }),
  life.gauge({
    name: "container_start_time_seconds",
    help: "When the container was started, in seconds since 1970.",
    timed: false,
    from: ({ startedAtNanos }) => (startedAtNanos > 0n ? seconds(startedAtNanos) : undefined),
  }),
];
