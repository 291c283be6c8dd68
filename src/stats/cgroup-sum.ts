import type { CgroupStats, CpuUsage, MemoryUsage, SwapUsage } from "../model/stats.ts";

/**
 * Adds the figures of all members of a pod that has no cgroup of its own. What is left of a limit is known only if each has one;
 * pressure cannot be added.
 */
export function sumOf(members: readonly CgroupStats[]): CgroupStats {
  return {
    cpu: reduced(
      members.map(({ cpu }) => cpu && { ...cpu, psi: undefined }),
      addCpu,
    ),
    memory: reduced(
      members.map(({ memory }) => memory && { ...memory, psi: undefined }),
      addMemory,
    ),
    swap: reduced(
      members.map(({ swap }) => swap),
      addSwap,
    ),
    io: undefined,
  };
}

function reduced<T extends object>(
  parts: readonly (T | undefined)[],
  add: (one: T, other: T) => T,
): T | undefined {
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 ? undefined : known.reduce(add);
}

function addCpu(one: CpuUsage, other: CpuUsage): CpuUsage {
  const { usageNanoCores } = one;
  return {
    timestampNanos: later(one, other),
    usageCoreNanoSeconds: one.usageCoreNanoSeconds + other.usageCoreNanoSeconds,
    // One that was just started has no rate yet; the others' is the pod's.
    usageNanoCores: either(usageNanoCores, other.usageNanoCores),
    psi: undefined,
  };
}

function addMemory(one: MemoryUsage, other: MemoryUsage): MemoryUsage {
  return {
    timestampNanos: later(one, other),
    workingSetBytes: one.workingSetBytes + other.workingSetBytes,
    availableBytes: both(one.availableBytes, other.availableBytes),
    usageBytes: one.usageBytes + other.usageBytes,
    rssBytes: one.rssBytes + other.rssBytes,
    pageFaults: one.pageFaults + other.pageFaults,
    majorPageFaults: one.majorPageFaults + other.majorPageFaults,
    psi: undefined,
  };
}

function addSwap(one: SwapUsage, other: SwapUsage): SwapUsage {
  return {
    timestampNanos: later(one, other),
    availableBytes: both(one.availableBytes, other.availableBytes),
    usageBytes: one.usageBytes + other.usageBytes,
  };
}

interface Timed {
  readonly timestampNanos: bigint;
}

function later({ timestampNanos: one }: Timed, { timestampNanos: other }: Timed): bigint {
  return one > other ? one : other;
}

function both(one: bigint | undefined, other: bigint | undefined): bigint | undefined {
  return one === undefined || other === undefined ? undefined : one + other;
}

function either(one: bigint | undefined, other: bigint | undefined): bigint | undefined {
  return one === undefined ? other : one + (other ?? 0n);
}
