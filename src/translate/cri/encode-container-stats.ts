import type { Container } from "../../model/container.ts";
import type { ContainerStats } from "../../model/stats.ts";
import { ProtoWriter } from "./proto-writer.ts";
import { containerAttributes } from "./write-attributes.ts";
import { writeFilesystem, writeSwap, writeUsage } from "./write-usage.ts";

const writer = new ProtoWriter();
const usageFields = { cpu: 2, memory: 3, io: 6 };

/**
 * Returns a container's sample as the bytes of a ContainerStatsResponse, which are those of a list of one, too. Written here and not
 * by the generic encoder: every figure is a message there, and the lists are asked for all day.
 */
export function encodeContainerStats(container: Container, stats: ContainerStats): Buffer {
  return writer.bytesOf((to) => to.message(1, () => writeContainerStats(to, container, stats)));
}

/** Writes the fields of a ContainerStats; a part that is unknown is absent on the wire. */
export function writeContainerStats(
  to: ProtoWriter,
  container: Container,
  stats: ContainerStats,
): void {
  const { swap, writableLayer } = stats;
  to.message(1, () => to.raw(containerAttributes(container)));
  writeUsage(to, stats, usageFields);
  if (writableLayer !== undefined) to.message(4, () => writeFilesystem(to, writableLayer));
  if (swap !== undefined) to.message(5, () => writeSwap(to, swap));
}
