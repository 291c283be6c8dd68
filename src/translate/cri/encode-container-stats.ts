import type { ContainerStats as WireContainerStats } from "../../gen/runtime/v1/ContainerStats.ts";
import type { CpuUsage as WireCpuUsage } from "../../gen/runtime/v1/CpuUsage.ts";
import type { IoUsage as WireIoUsage } from "../../gen/runtime/v1/IoUsage.ts";
import type { MemoryUsage as WireMemoryUsage } from "../../gen/runtime/v1/MemoryUsage.ts";
import type { PsiData as WirePsiData } from "../../gen/runtime/v1/PsiData.ts";
import type { PsiStats as WirePsiStats } from "../../gen/runtime/v1/PsiStats.ts";
import type { SwapUsage as WireSwapUsage } from "../../gen/runtime/v1/SwapUsage.ts";
import type { UInt64Value } from "../../gen/runtime/v1/UInt64Value.ts";
import type { Container } from "../../model/container.ts";
import type {
  ContainerStats,
  CpuUsage,
  IoUsage,
  MemoryUsage,
  PsiData,
  PsiStats,
  SwapUsage,
} from "../../model/stats.ts";
import { encodeFilesystemUsage } from "./encode-image.ts";

/** Translates a container's sample; a part that is unknown is absent on the wire. */
export function encodeContainerStats(
  container: Container,
  stats: ContainerStats,
): WireContainerStats {
  const { metadata, labels, annotations } = container.config;
  return {
    attributes: { id: container.id, metadata, labels, annotations },
    cpu: encodeKnown(stats.cpu, encodeCpu),
    memory: encodeKnown(stats.memory, encodeMemory),
    swap: encodeKnown(stats.swap, encodeSwap),
    io: encodeKnown(stats.io, encodeIo),
    writableLayer: encodeKnown(stats.writableLayer, encodeFilesystemUsage),
  };
}

/** Encodes what is known; what is not is absent on the wire. */
export function encodeKnown<Model, Wire>(
  value: Model | undefined,
  encode: (value: Model) => Wire,
): Wire | null {
  return value === undefined ? null : encode(value);
}

/** Wraps an amount, so that 0 is told from nothing. */
export function encodeAmount(value: bigint): UInt64Value {
  return { value: String(value) };
}

/** Translates the CPU figures of a container or a pod. */
export function encodeCpu(cpu: CpuUsage): WireCpuUsage {
  return {
    timestamp: String(cpu.timestampNanos),
    usageCoreNanoSeconds: encodeAmount(cpu.usageCoreNanoSeconds),
    usageNanoCores: encodeKnown(cpu.usageNanoCores, encodeAmount),
    psi: encodeKnown(cpu.psi, encodePsi),
  };
}

/** Translates the memory figures of a container or a pod. */
export function encodeMemory(memory: MemoryUsage): WireMemoryUsage {
  return {
    timestamp: String(memory.timestampNanos),
    workingSetBytes: encodeAmount(memory.workingSetBytes),
    availableBytes: encodeKnown(memory.availableBytes, encodeAmount),
    usageBytes: encodeAmount(memory.usageBytes),
    rssBytes: encodeAmount(memory.rssBytes),
    pageFaults: encodeAmount(memory.pageFaults),
    majorPageFaults: encodeAmount(memory.majorPageFaults),
    psi: encodeKnown(memory.psi, encodePsi),
  };
}

function encodeSwap(swap: SwapUsage): WireSwapUsage {
  return {
    timestamp: String(swap.timestampNanos),
    swapAvailableBytes: encodeKnown(swap.availableBytes, encodeAmount),
    swapUsageBytes: encodeAmount(swap.usageBytes),
  };
}

/** Translates the I/O figures of a container or a pod. */
export function encodeIo(io: IoUsage): WireIoUsage {
  return { timestamp: String(io.timestampNanos), psi: encodeKnown(io.psi, encodePsi) };
}

function encodePsi({ full, some }: PsiStats): WirePsiStats {
  return { Full: encodePsiData(full), Some: encodePsiData(some) };
}

/** The kernel counts microseconds, the CRI nanoseconds. */
function encodePsiData({ totalMicros, avg10, avg60, avg300 }: PsiData): WirePsiData {
  return { Total: String(totalMicros * 1000n), Avg10: avg10, Avg60: avg60, Avg300: avg300 };
}
