import type { Container } from "../../model/container.ts";
import type { PodSandbox } from "../../model/pod-sandbox.ts";
import type {
  ContainerStats,
  NetworkInterfaceUsage,
  NetworkUsage,
  PodSandboxStats,
  ProcessUsage,
} from "../../model/stats.ts";
import { writeContainerStats } from "./encode-container-stats.ts";
import { MessageWriter } from "./message-writer.ts";
import { podSandboxAttributes } from "./write-attributes.ts";
import { writeAmount, writeUsage } from "./write-usage.ts";

/** A pod of two containers. */
const expectedBytes = 3 * 1024;
const usageFields = { cpu: 1, memory: 2, io: 6 };

/** A pod's sample with those of its containers. */
export interface PodSample {
  readonly sandbox: PodSandbox;
  readonly stats: PodSandboxStats;
  readonly containers: readonly {
    readonly container: Container;
    readonly stats: ContainerStats;
  }[];
}

/**
 * Returns a pod's sample as the bytes of a PodSandboxStatsResponse, which are those of a list of one, too. What is unknown is
 * absent on the wire, but `linux` is always there: the kubelet reads on in it without a look.
 */
export function encodePodSandboxStats(sample: PodSample): Buffer {
  const writer = new MessageWriter(expectedBytes);
  const write = (): void => {
    writer.message(1, () => writer.raw(podSandboxAttributes(sample.sandbox)));
    writer.message(2, () => writeLinux(writer, sample));
  };
  return writer.message(1, write).finish();
}

function writeLinux(writer: MessageWriter, { stats, containers }: PodSample): void {
  const { network, process } = stats;
  writeUsage(writer, stats, usageFields);
  if (network !== undefined) writer.message(3, () => writeNetwork(writer, network));
  if (process !== undefined) writer.message(4, () => writeProcess(writer, process));
  for (const { container, stats: figures } of containers)
    writer.message(5, () => writeContainerStats(writer, container, figures));
}

function writeNetwork(
  writer: MessageWriter,
  { timestampNanos, defaultInterface, interfaces }: NetworkUsage,
): void {
  writer.number(1, timestampNanos);
  writer.message(2, () => writeInterface(writer, defaultInterface));
  for (const other of interfaces) writer.message(3, () => writeInterface(writer, other));
}

function writeInterface(writer: MessageWriter, one: NetworkInterfaceUsage): void {
  writer.text(1, one.name);
  writeAmount(writer, 2, one.rxBytes);
  writeAmount(writer, 3, one.rxErrors);
  writeAmount(writer, 4, one.txBytes);
  writeAmount(writer, 5, one.txErrors);
}

function writeProcess(writer: MessageWriter, { timestampNanos, processCount }: ProcessUsage): void {
  writer.number(1, timestampNanos);
  writeAmount(writer, 2, processCount);
}
