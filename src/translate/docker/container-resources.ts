import type { LinuxResources } from "../../model/resources.ts";
import type { DockerResources } from "./api.ts";
import { cannot, invalid } from "./refusal.ts";

/** Docker's own least memory limit (moby daemon/daemon_unix.go). */
const leastMemoryBytes = 6 * 1024 * 1024;
/** The kernel's range; runc dies of anything outside. */
const leastCpuShares = 2;
const mostCpuShares = 262_144;
const leastMicros = 1000;
const mostPeriodMicros = 1_000_000;

/**
 * Returns docker's fields for the limits that are said. Without a swap limit memory alone is what the container gets, as CRI
 * runtimes have it (docker's default is as much swap again). Shares are brought into the kernel's range as the kernel does.
 * Throws FailedPrecondition for what docker refuses, InvalidArgument for a swap limit below or without a memory limit.
 */
export function dockerResources(wanted: LinuxResources): DockerResources {
  return { ...cpu(wanted), ...cpuset(wanted), ...memory(wanted) };
}

function cpu(wanted: LinuxResources): DockerResources {
  const { cpuPeriodMicros: period, cpuQuotaMicros: quota, cpuShares } = wanted;
  if (quota !== undefined && quota > 0 && quota < leastMicros)
    throw cannot("resources.cpuQuotaMicros", `docker takes ${leastMicros} or more, not ${quota}`);
  if (period !== undefined && (period < leastMicros || period > mostPeriodMicros))
    throw cannot(
      "resources.cpuPeriodMicros",
      `docker takes ${leastMicros} to ${mostPeriodMicros}, not ${period}`,
    );
  return {
    ...(period === undefined ? {} : { CpuPeriod: period }),
    ...(quota === undefined ? {} : { CpuQuota: quota }),
    ...(cpuShares === undefined
      ? {}
      : { CpuShares: Math.min(mostCpuShares, Math.max(leastCpuShares, cpuShares)) }),
  };
}

function cpuset({ cpusetCpus, cpusetMems }: LinuxResources): DockerResources {
  return {
    ...(cpusetCpus === undefined ? {} : { CpusetCpus: cpusetCpus }),
    ...(cpusetMems === undefined ? {} : { CpusetMems: cpusetMems }),
  };
}

function memory(wanted: LinuxResources): DockerResources {
  const { memoryLimitBytes: limit, memorySwapLimitBytes: swap } = wanted;
  if (limit === undefined || limit < 0) {
    if (swap !== undefined && swap > 0)
      throw invalid("resources.memorySwapLimitBytes", "needs memoryLimitBytes");
    return {};
  }
  if (limit < leastMemoryBytes)
    throw cannot(
      "resources.memoryLimitBytes",
      `docker takes ${leastMemoryBytes} or more, not ${limit}`,
    );
  if (swap !== undefined && swap >= 0 && swap < limit)
    throw invalid(
      "resources.memorySwapLimitBytes",
      `${swap} is less than memoryLimitBytes (${limit})`,
    );
  return { Memory: limit, MemorySwap: swap ?? limit };
}
