import type { ContainerStats as WireContainerStats } from "../../gen/runtime/v1/ContainerStats.ts";
import type { NetworkInterfaceUsage as WireInterface } from "../../gen/runtime/v1/NetworkInterfaceUsage.ts";
import type { NetworkUsage as WireNetworkUsage } from "../../gen/runtime/v1/NetworkUsage.ts";
import type { PodSandboxStats as WirePodSandboxStats } from "../../gen/runtime/v1/PodSandboxStats.ts";
import type { ProcessUsage as WireProcessUsage } from "../../gen/runtime/v1/ProcessUsage.ts";
import type { PodSandbox } from "../../model/pod-sandbox.ts";
import type {
  NetworkInterfaceUsage,
  NetworkUsage,
  PodSandboxStats,
  ProcessUsage,
} from "../../model/stats.ts";
import {
  encodeAmount,
  encodeCpu,
  encodeIo,
  encodeKnown,
  encodeMemory,
} from "./encode-container-stats.ts";

/**
 * Translates a pod's sample with those of its containers. What is unknown is absent on the wire, but `linux` is always there: the
 * kubelet reads on in it without a look.
 */
export function encodePodSandboxStats(
  { id, config }: PodSandbox,
  stats: PodSandboxStats,
  containers: readonly WireContainerStats[],
): WirePodSandboxStats {
  const { metadata, labels, annotations } = config;
  return {
    attributes: { id, metadata, labels, annotations },
    linux: {
      cpu: encodeKnown(stats.cpu, encodeCpu),
      memory: encodeKnown(stats.memory, encodeMemory),
      io: encodeKnown(stats.io, encodeIo),
      network: encodeKnown(stats.network, encodeNetwork),
      process: encodeKnown(stats.process, encodeProcess),
      containers: [...containers],
    },
  };
}

function encodeNetwork(network: NetworkUsage): WireNetworkUsage {
  return {
    timestamp: String(network.timestampNanos),
    defaultInterface: encodeInterface(network.defaultInterface),
    interfaces: network.interfaces.map(encodeInterface),
  };
}

function encodeInterface(one: NetworkInterfaceUsage): WireInterface {
  return {
    name: one.name,
    rxBytes: encodeAmount(one.rxBytes),
    rxErrors: encodeAmount(one.rxErrors),
    txBytes: encodeAmount(one.txBytes),
    txErrors: encodeAmount(one.txErrors),
  };
}

function encodeProcess({ timestampNanos, processCount }: ProcessUsage): WireProcessUsage {
  return { timestamp: String(timestampNanos), processCount: encodeAmount(processCount) };
}
