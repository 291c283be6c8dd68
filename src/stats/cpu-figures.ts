import type { CgroupPaths } from "../host/cgroup.ts";
import type { CpuFigures } from "../model/metrics.ts";
import { flatValue, type KernelFiles } from "./kernel-files.ts";

/** USER_HZ: the unit of cpuacct.stat, 10 ms on every architecture that Node runs on (include/asm-generic/param.h). */
const tickNanos = 10_000_000n;

/** Reads processor time and throttling; undefined when the cgroup is gone. */
export function readCpuFigures(
  files: KernelFiles,
  { controllers, unified }: CgroupPaths,
): CpuFigures | undefined {
  const cpuacct = controllers.get("cpuacct");
  if (cpuacct !== undefined) return readV1(files, cpuacct, controllers.get("cpu"));
  return unified === undefined ? undefined : readV2(files, unified);
}

function readV1(
  files: KernelFiles,
  cpuacct: string,
  cpu: string | undefined,
): CpuFigures | undefined {
  const usageNanos = files.number(cpuacct, "cpuacct.usage");
  if (usageNanos === undefined) return undefined;
  const stat = files.text(cpuacct, "cpuacct.stat") ?? "";
  const cfs = cpu === undefined ? "" : (files.text(cpu, "cpu.stat") ?? "");
  return {
    usageNanos,
    userNanos: times(flatValue(stat, "user"), tickNanos),
    systemNanos: times(flatValue(stat, "system"), tickNanos),
    periods: flatValue(cfs, "nr_periods"),
    throttledPeriods: flatValue(cfs, "nr_throttled"),
    throttledNanos: flatValue(cfs, "throttled_time"),
    burstPeriods: flatValue(cfs, "nr_bursts"),
    burstNanos: flatValue(cfs, "burst_time"),
  };
}

function readV2(files: KernelFiles, unified: string): CpuFigures | undefined {
  const stat = files.text(unified, "cpu.stat") ?? "";
  const nanos = (key: string) => times(flatValue(stat, key), 1_000n);
  const usageNanos = nanos("usage_usec");
  if (usageNanos === undefined) return undefined;
  return {
    usageNanos,
    userNanos: nanos("user_usec"),
    systemNanos: nanos("system_usec"),
    periods: flatValue(stat, "nr_periods"),
    throttledPeriods: flatValue(stat, "nr_throttled"),
    throttledNanos: nanos("throttled_usec"),
    burstPeriods: flatValue(stat, "nr_bursts"),
    burstNanos: nanos("burst_usec"),
  };
}

function times(value: bigint | undefined, factor: bigint): bigint | undefined {
  return value === undefined ? undefined : value * factor;
}
