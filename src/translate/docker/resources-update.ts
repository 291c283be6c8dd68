import type { LinuxResources } from "../../model/resources.ts";
import type { DockerUpdateBody } from "./api.ts";
import { type CgroupWrite, cgroupWrites } from "./cgroup-writes.ts";
import { dockerResources } from "./container-resources.ts";
import type { EngineFacts } from "./engine.ts";
import { clampOomScoreAdj, type NodeLimits } from "./node-limits.ts";

export interface ResourcesUpdateInput {
  readonly wanted: LinuxResources;
  /** The limits in force. */
  readonly current: LinuxResources;
  readonly engine: EngineFacts;
  readonly limits: NodeLimits;
}

export interface ResourcesUpdate {
  /** undefined: docker has nothing to change. */
  readonly body: DockerUpdateBody | undefined;
  /** After docker's update, in this order. */
  readonly cgroupWrites: readonly CgroupWrite[];
  /** To be written to /proc/PID/oom_score_adj of a running container; undefined: leave it. */
  readonly oomScoreAdj: number | undefined;
  /** The limits in force afterwards. */
  readonly resources: LinuxResources;
}

/**
 * Returns what an update is made of. Docker refuses memory above the swap limit in force, and on cgroup v1 the kernel does too:
 * memory and swap always go together, and runc writes them in the order that the kernel takes. Swap that is not said keeps its
 * distance to memory, so that a container without swap stays without. Throws what `dockerResources` and `cgroupWrites` throw.
 */
export function resourcesUpdate(input: ResourcesUpdateInput): ResourcesUpdate {
  const { current, engine, limits } = input;
  const wanted = withSwap(input.wanted, current);
  const fields = dockerResources(wanted);
  const oomScoreAdj =
    wanted.oomScoreAdj === undefined ? undefined : clampOomScoreAdj(wanted.oomScoreAdj, limits);
  const body = Object.keys(fields).length === 0 ? undefined : fields;
  const resources = inForce(current, { wanted, fields, oomScoreAdj });
  // With its properties systemd writes all of the scope's files anew: what only the files say is lost (seen with 257).
  const whole = body !== undefined && engine.cgroupDriver === "systemd";
  return {
    body,
    cgroupWrites: whole
      ? [...unlimitedMemory(withoutLimits(resources), engine), ...cgroupWrites(resources, engine)]
      : [...unlimitedMemory(wanted, engine), ...cgroupWrites(wanted, engine)],
    oomScoreAdj: oomScoreAdj === current.oomScoreAdj ? undefined : oomScoreAdj,
    resources,
  };
}

/** A limit that is not in force, said as an update says it. */
function withoutLimits(resources: LinuxResources): LinuxResources {
  const { memoryLimitBytes = -1, memorySwapLimitBytes = -1 } = resources;
  return { ...resources, memoryLimitBytes, memorySwapLimitBytes };
}

function withSwap(wanted: LinuxResources, current: LinuxResources): LinuxResources {
  const memory = wanted.memoryLimitBytes ?? current.memoryLimitBytes;
  const saidNothing =
    wanted.memoryLimitBytes === undefined && wanted.memorySwapLimitBytes === undefined;
  if (saidNothing || memory === undefined) return wanted;
  const swap = wanted.memorySwapLimitBytes ?? keptSwap(memory, current);
  return { ...wanted, memoryLimitBytes: memory, memorySwapLimitBytes: swap };
}

function keptSwap(memory: number, current: LinuxResources): number {
  const { memoryLimitBytes: before, memorySwapLimitBytes: total } = current;
  if (memory < 0 || total === -1) return -1;
  const swap = before === undefined || total === undefined ? 0 : Math.max(0, total - before);
  return memory + swap;
}

/** Docker's update cannot take a limit away (it refuses -1, and passes over a swap of -1): the files can. Swap first, as on v1 it bounds memory. */
function unlimitedMemory(wanted: LinuxResources, engine: EngineFacts): readonly CgroupWrite[] {
  const { memoryLimitBytes: memory, memorySwapLimitBytes: swap } = wanted;
  const v2 = engine.cgroupVersion === 2;
  const files = [
    ...(swap === -1 ? [v2 ? "memory.swap.max" : "memory.memsw.limit_in_bytes"] : []),
    ...(memory !== undefined && memory < 0 ? [v2 ? "memory.max" : "memory.limit_in_bytes"] : []),
  ];
  return files.map((file) => ({
    controller: v2 ? "unified" : "memory",
    file,
    value: v2 ? "max" : "-1",
    upperBound: true,
    required: file !== "memory.swap.max" && file !== "memory.memsw.limit_in_bytes",
  }));
}

interface Applied {
  readonly wanted: LinuxResources;
  readonly fields: DockerUpdateBody;
  readonly oomScoreAdj: number | undefined;
}

/** A memory limit that was taken away is not said any more. */
function inForce(
  current: LinuxResources,
  { wanted, fields, oomScoreAdj }: Applied,
): LinuxResources {
  const sizes = new Set(wanted.hugepageLimits.map((limit) => limit.pageSize));
  const kept = current.hugepageLimits.filter((limit) => !sizes.has(limit.pageSize));
  const unlimited = (wanted.memoryLimitBytes ?? 0) < 0;
  return {
    cpuPeriodMicros: fields.CpuPeriod ?? current.cpuPeriodMicros,
    cpuQuotaMicros: fields.CpuQuota ?? current.cpuQuotaMicros,
    cpuShares: fields.CpuShares ?? current.cpuShares,
    memoryLimitBytes: unlimited ? undefined : (fields.Memory ?? current.memoryLimitBytes),
    memorySwapLimitBytes: unlimited
      ? undefined
      : (fields.MemorySwap ?? current.memorySwapLimitBytes),
    oomScoreAdj: oomScoreAdj ?? current.oomScoreAdj,
    cpusetCpus: fields.CpusetCpus ?? current.cpusetCpus,
    cpusetMems: fields.CpusetMems ?? current.cpusetMems,
    hugepageLimits: [...kept, ...wanted.hugepageLimits],
    unified: { ...current.unified, ...wanted.unified },
  };
}
