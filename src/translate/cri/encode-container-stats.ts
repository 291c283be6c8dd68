import type { Container } from "../../model/container.ts";
import type { ContainerStats } from "../../model/stats.ts";
import { MessageWriter } from "./message-writer.ts";
import { containerAttributes } from "./write-attributes.ts";
import { writeFilesystem, writeSwap, writeUsage } from "./write-usage.ts";

/** A sample with its labels. */
const expectedBytes = 1024;
const usageFields = { cpu: 2, memory: 3, io: 6 };

/**
 * Returns a container's sample as the bytes of a ContainerStatsResponse, which are those of a list of one, too. Written here and not
 * by the generic encoder: every figure is a message there, and the lists are asked for all day.
 */
export function encodeContainerStats(container: Container, stats: ContainerStats): Buffer {
  const writer = new MessageWriter(expectedBytes);
  return writer.message(1, () => writeContainerStats(writer, container, stats)).finish();
}

/** Writes the fields of a ContainerStats; a part that is unknown is absent on the wire. */
export function writeContainerStats(
  writer: MessageWriter,
  container: Container,
  stats: ContainerStats,
): void {
  const { swap, writableLayer } = stats;
  writer.message(1, () => writer.raw(containerAttributes(container)));
  writeUsage(writer, stats, usageFields);
  if (writableLayer !== undefined) writer.message(4, () => writeFilesystem(writer, writableLayer));
  if (swap !== undefined) writer.message(5, () => writeSwap(writer, swap));
}
