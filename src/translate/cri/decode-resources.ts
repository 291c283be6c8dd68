import type { HugepageLimitOutput } from "../../gen/runtime/v1/HugepageLimit.ts";
import type { LinuxContainerResourcesOutput } from "../../gen/runtime/v1/LinuxContainerResources.ts";
import { type HugepageLimit, type LinuxResources, noResources } from "../../model/resources.ts";
import { amountOrUnlimited, anyAmount, decodeSaidInteger } from "./integers.ts";
import { decodeEach, decodeLine, decodeMatching, entryPath } from "./text.ts";

/** The kernel's list format (Documentation/admin-guide/cgroup-v1/cpusets.rst). */
const cpuset = {
  pattern: /^\d{1,9}(-\d{1,9})?(,\d{1,9}(-\d{1,9})?)*$/,
  rule: "must be a list such as 0-3,7",
};
const pageSize = { pattern: /^\d+[KMGTPE]?B$/, rule: "must be a page size such as 2MB or 1GB" };
/** With a slash in it the value would be written to a file elsewhere. */
const cgroupFile = {
  pattern: /^[0-9A-Za-z_]+(\.[0-9A-Za-z_]+)+$/,
  rule: "must be named after a file of cgroup v2 such as memory.high",
};
const oomScoreAdj = { min: -1000, max: 1000 };

/** Translates limits; 0, "" and null mean nothing was said. Throws CriError InvalidArgument. */
export function decodeResources(
  wire: LinuxContainerResourcesOutput | null,
  path: string,
): LinuxResources {
  if (wire === null) return noResources;
  const { memoryLimitInBytes, memorySwapLimitInBytes } = wire;
  return {
    cpuPeriodMicros: decodeSaidInteger(wire.cpuPeriod, `${path}.cpu_period`, anyAmount),
    cpuQuotaMicros: decodeSaidInteger(wire.cpuQuota, `${path}.cpu_quota`, amountOrUnlimited),
    cpuShares: decodeSaidInteger(wire.cpuShares, `${path}.cpu_shares`, anyAmount),
    memoryLimitBytes: decodeSaidInteger(
      memoryLimitInBytes,
      `${path}.memory_limit_in_bytes`,
      amountOrUnlimited,
    ),
    memorySwapLimitBytes: decodeSaidInteger(
      memorySwapLimitInBytes,
      `${path}.memory_swap_limit_in_bytes`,
      amountOrUnlimited,
    ),
    oomScoreAdj: decodeSaidInteger(wire.oomScoreAdj, `${path}.oom_score_adj`, oomScoreAdj),
    cpusetCpus: decodeCpuset(wire.cpusetCpus, `${path}.cpuset_cpus`),
    cpusetMems: decodeCpuset(wire.cpusetMems, `${path}.cpuset_mems`),
    hugepageLimits: decodeEach(wire.hugepageLimits, `${path}.hugepage_limits`, decodeHugepageLimit),
    unified: decodeUnified(wire.unified, `${path}.unified`),
  };
}

function decodeCpuset(text: string, path: string): string | undefined {
  return text === "" ? undefined : decodeMatching(text, path, cpuset);
}

function decodeHugepageLimit(wire: HugepageLimitOutput, path: string): HugepageLimit {
  return {
    pageSize: decodeMatching(wire.pageSize, `${path}.page_size`, pageSize),
    limitBytes: BigInt(wire.limit),
  };
}

function decodeUnified(
  wire: Readonly<Record<string, string>>,
  path: string,
): Readonly<Record<string, string>> {
  for (const [file, value] of Object.entries(wire)) {
    decodeMatching(file, entryPath(path, file), cgroupFile);
    decodeLine(value, entryPath(path, file));
  }
  return { ...wire };
}
