import type { FilesystemUsage } from "../model/image.ts";
import type { ContainerStats, CpuUsage, MemoryUsage, SwapUsage } from "../model/stats.ts";
import type { MemoryFigures, SwapFigures } from "./cgroup-usage.ts";
import { type ContainerCgroup, readUsage } from "./container-cgroup.ts";
import { readPressure } from "./pressure.ts";

/** The CPU time of an earlier sample, to average from. */
export interface CpuPoint {
  readonly monotonicMillis: number;
  readonly cpuNanos: bigint;
}

export interface Moment {
  readonly nowNanos: bigint;
  readonly monotonicMillis: number;
  /** undefined: this is the first sample. */
  readonly previous: CpuPoint | undefined;
  readonly writableLayer: FilesystemUsage | undefined;
}

/** Reads one sample of a container; undefined when its cgroup is gone. */
export function readContainerStats(
  cgroup: ContainerCgroup,
  moment: Moment,
): ContainerStats | undefined {
  const usage = readUsage(cgroup);
  if (usage.cpuNanos === undefined && usage.memory === undefined) return undefined;
  const timestampNanos = moment.nowNanos;
  const { unified } = cgroup;
  const io = readPressure(unified, "io");
  return {
    cpu: usage.cpuNanos === undefined ? undefined : cpuUsage(usage.cpuNanos, moment, unified),
    memory: usage.memory && {
      ...memoryUsage(usage.memory, timestampNanos),
      psi: readPressure(unified, "memory"),
    },
    swap: usage.swap && swapUsage(usage.swap, timestampNanos),
    io: io && { timestampNanos, psi: io },
    writableLayer: moment.writableLayer,
  };
}

function cpuUsage(cpuNanos: bigint, moment: Moment, unified: string | undefined): CpuUsage {
  return {
    timestampNanos: moment.nowNanos,
    usageCoreNanoSeconds: cpuNanos,
    usageNanoCores: averageNanoCores(cpuNanos, moment),
    psi: readPressure(unified, "cpu"),
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
