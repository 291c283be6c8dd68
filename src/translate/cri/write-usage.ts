import type { FilesystemUsage } from "../../model/image.ts";
import type {
  CgroupStats,
  CpuUsage,
  IoUsage,
  MemoryUsage,
  PsiData,
  PsiStats,
  SwapUsage,
} from "../../model/stats.ts";
import type { MessageWriter } from "./message-writer.ts";

/** Field numbers differ from message to message: a container's sample has swap, a pod's has not. */
export interface UsageFields {
  readonly cpu: number;
  readonly memory: number;
  readonly io: number;
}

/** Writes what a container's and a pod's sample have in common; a part that is unknown is absent on the wire. */
export function writeUsage(
  writer: MessageWriter,
  { cpu, memory, io }: Pick<CgroupStats, "cpu" | "memory" | "io">,
  fields: UsageFields,
): void {
  if (cpu !== undefined) writer.message(fields.cpu, () => writeCpu(writer, cpu));
  if (memory !== undefined) writer.message(fields.memory, () => writeMemory(writer, memory));
  if (io !== undefined) writer.message(fields.io, () => writeIo(writer, io));
}

/** Writes the fields of a SwapUsage. */
export function writeSwap(writer: MessageWriter, swap: SwapUsage): void {
  writer.number(1, swap.timestampNanos);
  writeAmount(writer, 2, swap.availableBytes);
  writeAmount(writer, 3, swap.usageBytes);
}

/** Writes the fields of a FilesystemUsage. */
export function writeFilesystem(writer: MessageWriter, usage: FilesystemUsage): void {
  writer.number(1, usage.timestampNanos);
  writer.message(2, () => writer.text(1, usage.mountpoint));
  writeAmount(writer, 3, usage.usedBytes);
  writeAmount(writer, 4, usage.inodesUsed);
}

/** Writes a UInt64Value, so that 0 is told from nothing; nothing for undefined. */
export function writeAmount(writer: MessageWriter, field: number, value: bigint | undefined): void {
  if (value !== undefined) writer.message(field, () => writer.number(1, value));
}

function writeCpu(writer: MessageWriter, cpu: CpuUsage): void {
  writer.number(1, cpu.timestampNanos);
  writeAmount(writer, 2, cpu.usageCoreNanoSeconds);
  writeAmount(writer, 3, cpu.usageNanoCores);
  writePsi(writer, 4, cpu.psi);
}

function writeMemory(writer: MessageWriter, memory: MemoryUsage): void {
  writer.number(1, memory.timestampNanos);
  writeAmount(writer, 2, memory.workingSetBytes);
  writeAmount(writer, 3, memory.availableBytes);
  writeAmount(writer, 4, memory.usageBytes);
  writeAmount(writer, 5, memory.rssBytes);
  writeAmount(writer, 6, memory.pageFaults);
  writeAmount(writer, 7, memory.majorPageFaults);
  writePsi(writer, 8, memory.psi);
}

function writeIo(writer: MessageWriter, io: IoUsage): void {
  writer.number(1, io.timestampNanos);
  writePsi(writer, 2, io.psi);
}

function writePsi(writer: MessageWriter, field: number, psi: PsiStats | undefined): void {
  if (psi === undefined) return;
  writer.message(field, () => {
    writer.message(1, () => writePsiData(writer, psi.full));
    writer.message(2, () => writePsiData(writer, psi.some));
  });
}

/** The kernel counts microseconds, the CRI nanoseconds. */
function writePsiData(writer: MessageWriter, data: PsiData): void {
  writer.number(1, data.totalMicros * 1000n);
  writeAverage(writer, 2, data.avg10);
  writeAverage(writer, 3, data.avg60);
  writeAverage(writer, 4, data.avg300);
}

/** Most are 0, which is what a reader takes for one that is absent. */
function writeAverage(writer: MessageWriter, field: number, value: number): void {
  if (value !== 0) writer.double(field, value);
}
