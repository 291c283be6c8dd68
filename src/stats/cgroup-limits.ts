import type { CgroupPaths } from "../host/cgroup.ts";
import type { CgroupLimits } from "../model/metrics.ts";
import type { KernelFiles } from "./kernel-files.ts";

/** v1 writes "no limit" as the largest multiple of a page that fits a signed 64-bit number, whatever the page size. */
const unlimited = 1n << 62n;

/** Reads the limits that the kernel keeps for a cgroup. */
export function readCgroupLimits(
  files: KernelFiles,
  { controllers, unified }: CgroupPaths,
): CgroupLimits {
  const [cpu, memory] = [controllers.get("cpu"), controllers.get("memory")];
  return {
    ...(cpu === undefined ? cpuV2(files, unified) : cpuV1(files, cpu)),
    ...(memory === undefined ? memoryV2(files, unified) : memoryV1(files, memory)),
  };
}

type CpuLimits = Pick<CgroupLimits, "cpuShares" | "cpuPeriodMicros" | "cpuQuotaMicros">;
type MemoryLimits = Omit<CgroupLimits, keyof CpuLimits>;

function cpuV1(files: KernelFiles, folder: string): CpuLimits {
  return {
    cpuShares: files.number(folder, "cpu.shares"),
    cpuPeriodMicros: files.number(folder, "cpu.cfs_period_us"),
    // -1, which is no number of digits: no quota.
    cpuQuotaMicros: files.number(folder, "cpu.cfs_quota_us"),
  };
}

/** cpu.max is `QUOTA PERIOD` or `max PERIOD`. */
function cpuV2(files: KernelFiles, folder: string | undefined): CpuLimits {
  const text = folder === undefined ? "" : (files.text(folder, "cpu.max") ?? "");
  const [quota = "", period = ""] = text.trim().split(" ");
  const weight = folder === undefined ? undefined : files.number(folder, "cpu.weight");
  return {
    cpuShares: weight === undefined ? undefined : sharesOf(weight),
    cpuPeriodMicros: digits(period),
    cpuQuotaMicros: digits(quota),
  };
}

/** What cAdvisor shows: 1…10000 stretched to 2…262144. */
function sharesOf(weight: bigint): bigint {
  return 2n + ((weight - 1n) * 262_142n) / 9_999n;
}

function memoryV1(files: KernelFiles, folder: string): MemoryLimits {
  const limit = (name: string) => {
    const bytes = files.number(folder, `memory.${name}limit_in_bytes`);
    return bytes === undefined || bytes >= unlimited ? undefined : bytes;
  };
  return {
    memoryBytes: limit(""),
    swapBytes: limit("memsw."),
    memoryReservationBytes: limit("soft_"),
  };
}

function memoryV2(files: KernelFiles, folder: string | undefined): MemoryLimits {
  const limit = (name: string) =>
    folder === undefined ? undefined : files.number(folder, `memory.${name}`);
  return {
    memoryBytes: limit("max"),
    swapBytes: limit("swap.max"),
    memoryReservationBytes: limit("min"),
  };
}

function digits(text: string): bigint | undefined {
  return /^\d+$/.test(text) ? BigInt(text) : undefined;
}
