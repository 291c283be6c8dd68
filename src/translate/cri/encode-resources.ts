import type { LinuxContainerResources } from "../../gen/runtime/v1/LinuxContainerResources.ts";
import type { LinuxResources } from "../../model/resources.ts";

/** Translates limits; undefined becomes 0 or "", which the CRI reads as: not said. */
export function encodeResources(resources: LinuxResources): LinuxContainerResources {
  return {
    cpuPeriod: resources.cpuPeriodMicros ?? 0,
    cpuQuota: resources.cpuQuotaMicros ?? 0,
    cpuShares: resources.cpuShares ?? 0,
    memoryLimitInBytes: resources.memoryLimitBytes ?? 0,
    memorySwapLimitInBytes: resources.memorySwapLimitBytes ?? 0,
    oomScoreAdj: resources.oomScoreAdj ?? 0,
    cpusetCpus: resources.cpusetCpus ?? "",
    cpusetMems: resources.cpusetMems ?? "",
    hugepageLimits: resources.hugepageLimits.map(({ pageSize, limitBytes }) => ({
      pageSize,
      limit: String(limitBytes),
    })),
    unified: resources.unified,
  };
}
