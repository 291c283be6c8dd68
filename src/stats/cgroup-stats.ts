import type { CgroupPaths } from "../host/cgroup.ts";
import type { CgroupStats, CpuUsage, MemoryUsage, SwapUsage } from "../model/stats.ts";
import { type MemoryFigures, readUsage, type SwapFigures } from "./cgroup-usage.ts";
import type { KernelFiles } from "./kernel-files.ts";
import { readPressure } from "./pressure.ts";

/** The CPU time of an earlier sample, to average from. */
export interface CpuPoint {
  readonly monotonicMillis: number;
  readonly cpuNanos: bigint;
}

/** When a sample is taken, and what came before. */
export interface Moment {
  readonly nowNanos: bigint;
  readonly monotonicMillis: number;
  /** undefined: this is the first sample. */
  readonly previous: CpuPoint | undefined;
}

/** Reads one sample of a container's or a pod's cgroup; undefined when that is gone. */
export function readCgroupStats(
  files: KernelFiles,
  cgroup: CgroupPaths,
  moment: Moment,
): CgroupStats | undefined {
  const usage = readUsage(files, cgroup);
  if (usage.cpuNanos === undefined && usage.memory === undefined) return undefined;
  const { unified } = cgroup;
  const pressure = (resource: "cpu" | "memory" | "io") => readPressure(files, unified, resource);
  const timestampNanos = moment.nowNanos;
  const io = pressure("io");
  return {
    cpu:
      usage.cpuNanos === undefined
        ? undefined
        : { ...cpuUsage(usage.cpuNanos, moment), psi: pressure("cpu") },
    memory: usage.memory && {
      ...memoryUsage(usage.memory, timestampNanos),
      psi: pressure("memory"),
    },
    swap: usage.swap && swapUsage(usage.swap, timestampNanos),
    io: io && { timestampNanos, psi: io },
  };
}

function cpuUsage(cpuNanos: bigint, moment: Moment): Omit<CpuUsage, "psi"> {
  return {
    timestampNanos: moment.nowNanos,
    usageCoreNanoSeconds: cpuNanos,
    usageNanoCores: averageNanoCores(cpuNanos, moment),
  };
}

/** CPU nanoseconds a second. A counter that went back belongs to a container started anew. */
function averageNanoCores(
  cpuNanos: bigint,
  { previous, monotonicMillis }: Moment,
): bigint | undefined {
  if (previous === undefined || cpuNanos < previous.cpuNanos) return undefined;
  const elapsedMicros = Math.round((monotonicMillis - previous.monotonicMillis) * 1_000);
  if (elapsedMicros <= 0) return undefined;
  return ((cpuNanos - previous.cpuNanos) * 1_000_000n) / BigInt(elapsedMicros);
}

function memoryUsage(figures: MemoryFigures, timestampNanos: bigint): Omit<MemoryUsage, "psi"> {
  // Usage and inactive pages are read one after the other, so the difference may come out below zero.
  const workingSetBytes = atLeastZero(figures.usageBytes - figures.inactiveFileBytes);
  return {
    timestampNanos,
    workingSetBytes,
    availableBytes: remaining(figures.limitBytes, workingSetBytes),
    usageBytes: figures.usageBytes,
    rssBytes: figures.rssBytes,
    pageFaults: figures.pageFaults,
    majorPageFaults: figures.majorPageFaults,
  };
}

function swapUsage({ usageBytes, limitBytes }: SwapFigures, timestampNanos: bigint): SwapUsage {
  return { timestampNanos, usageBytes, availableBytes: remaining(limitBytes, usageBytes) };
}

function remaining(limit: bigint | undefined, used: bigint): bigint | undefined {
  return limit === undefined ? undefined : atLeastZero(limit - used);
}

function atLeastZero(value: bigint): bigint {
  return value < 0n ? 0n : value;
}
