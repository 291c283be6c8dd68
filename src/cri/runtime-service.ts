import type { PackageDefinition } from "@grpc/proto-loader";
import type { RuntimeServiceDefinition } from "../gen/runtime/v1/RuntimeService.ts";
import type { StreamUrls } from "../model/streaming.ts";
import type {
  ContainerEvent,
  ContainerStatsView,
  ContainerView,
  PodSandboxStatsView,
  PodSandboxView,
  Runtime,
} from "../runtime/runtime.ts";
import * as container from "../translate/cri/decode-container-requests.ts";
import { decodeExecSync } from "../translate/cri/decode-exec-requests.ts";
import * as sandbox from "../translate/cri/decode-pod-sandbox-requests.ts";
import {
  decodeStatus,
  decodeUpdateRuntimeConfig,
} from "../translate/cri/decode-runtime-requests.ts";
import {
  decodeContainerStats,
  decodeListContainerStats,
  decodeListPodSandboxStats,
  decodePodSandboxStats,
} from "../translate/cri/decode-stats-requests.ts";
import { encodeContainer, encodeContainerStatus } from "../translate/cri/encode-container.ts";
import { encodeContainerEvent } from "../translate/cri/encode-container-event.ts";
import { encodeContainerStats } from "../translate/cri/encode-container-stats.ts";
import {
  encodeMetricDescriptors,
  encodePodSandboxMetrics,
} from "../translate/cri/encode-metrics.ts";
import { encodePodSandbox, encodePodSandboxStatus } from "../translate/cri/encode-pod-sandbox.ts";
import { encodePodSandboxStats } from "../translate/cri/encode-pod-sandbox-stats.ts";
import {
  encodeRuntimeConfig,
  encodeStatus,
  encodeVersion,
} from "../translate/cri/encode-runtime.ts";
import { ListEncoder } from "./encoded-list.ts";
import { encodeExecSync } from "./exec-answer.ts";
import { type RpcTable, rpc, streamRpc } from "./rpc.ts";
import type { ServiceTable } from "./service.ts";
import { streamRpcs } from "./stream-rpcs.ts";

/** What answers the services. */
export interface CriParts {
  readonly runtime: Runtime;
  /** Where clients of exec, attach and port-forward are sent to. */
  readonly urls: StreamUrls;
}

/** The full name of the service. */
export const runtimeServiceName = "runtime.v1.RuntimeService";

const nothing = (): object => ({});

/** Returns the RPCs of the RuntimeService: how each request is read, what it asks of the runtime, how the answer is written. */
export function runtimeService(
  { runtime, urls }: CriParts,
  protocol: PackageDefinition,
): ServiceTable {
  return {
    ...aboutTheRuntime(runtime),
    ...aboutSandboxes(runtime, protocol),
    ...aboutContainers(runtime, protocol),
    ...insideContainers(runtime),
    ...streamRpcs({ runtime, urls }),
    ...aboutUsage(runtime, protocol),
    ...aboutEvents(runtime),
    ...aboutMetrics(runtime, protocol),
  };
}

type Rpcs = RpcTable<RuntimeServiceDefinition>;

function aboutTheRuntime(runtime: Runtime) {
  return {
    Version: rpc({
      mutating: false,
      decode: nothing,
      run: () => runtime.version(),
      encode: encodeVersion,
    }),
    Status: rpc({
      mutating: false,
      decode: decodeStatus,
      run: ({ verbose }) => runtime.status(verbose),
      encode: encodeStatus,
    }),
    RuntimeConfig: rpc({
      mutating: false,
      decode: nothing,
      run: () => runtime.cgroupDriver(),
      encode: encodeRuntimeConfig,
    }),
    UpdateRuntimeConfig: rpc({
      mutating: true,
      decode: decodeUpdateRuntimeConfig,
      run: (podCidr) => runtime.updateRuntimeConfig(podCidr),
      encode: nothing,
    }),
  } satisfies Rpcs;
}

function aboutSandboxes(runtime: Runtime, protocol: PackageDefinition) {
  const sandboxes = new ListEncoder(protocol, {
    service: runtimeServiceName,
    rpc: "ListPodSandbox",
    answerWith: (record: PodSandboxView["record"]) => ({ items: [encodePodSandbox(record)] }),
  });
  return {
    RunPodSandbox: rpc({
      mutating: true,
      decode: sandbox.decodeRunPodSandbox,
      run: ({ config, runtimeHandler }, signal) =>
        runtime.runPodSandbox(config, runtimeHandler, signal),
      encode: (podSandboxId) => ({ podSandboxId }),
    }),
    StopPodSandbox: rpc({
      mutating: true,
      decode: sandbox.decodeStopPodSandbox,
      run: (id, signal) => runtime.stopPodSandbox(id, signal),
      encode: nothing,
    }),
    RemovePodSandbox: rpc({
      mutating: true,
      decode: sandbox.decodeRemovePodSandbox,
      run: (id, signal) => runtime.removePodSandbox(id, signal),
      encode: nothing,
    }),
    PodSandboxStatus: rpc({
      mutating: false,
      decode: sandbox.decodePodSandboxStatus,
      run: ({ id, verbose }) => runtime.podSandboxStatus(id, verbose),
      encode: encodeSandboxView,
    }),
    ListPodSandbox: rpc({
      mutating: false,
      decode: sandbox.decodeListPodSandbox,
      run: (filter) => runtime.listPodSandboxes(filter),
      encode: (records) => sandboxes.whole(records),
    }),
    StreamPodSandboxes: streamRpc({
      decode: sandbox.decodeListPodSandbox,
      run: (filter) => runtime.listPodSandboxes(filter),
      encode: (records) => sandboxes.batches(records),
    }),
  } satisfies Rpcs;
}

function encodeSandboxView({ record, containers, timestampNanos, info }: PodSandboxView) {
  return {
    status: encodePodSandboxStatus(record),
    info,
    containersStatuses: containers.map(encodeContainerStatus),
    timestamp: String(timestampNanos),
  };
}

function aboutContainers(runtime: Runtime, protocol: PackageDefinition) {
  const containers = new ListEncoder(protocol, {
    service: runtimeServiceName,
    rpc: "ListContainers",
    answerWith: (record: ContainerView["record"]) => ({ containers: [encodeContainer(record)] }),
  });
  return {
    CreateContainer: rpc({
      mutating: true,
      decode: container.decodeCreateContainer,
      run: ({ podSandboxId, config }, signal) =>
        runtime.createContainer(podSandboxId, config, signal),
      encode: (containerId) => ({ containerId }),
    }),
    StartContainer: rpc({
      mutating: true,
      decode: container.decodeStartContainer,
      run: (id, signal) => runtime.startContainer(id, signal),
      encode: nothing,
    }),
    StopContainer: rpc({
      mutating: true,
      decode: container.decodeStopContainer,
      run: ({ id, graceSeconds }, signal) => runtime.stopContainer(id, graceSeconds, signal),
      encode: nothing,
    }),
    RemoveContainer: rpc({
      mutating: true,
      decode: container.decodeRemoveContainer,
      run: (id, signal) => runtime.removeContainer(id, signal),
      encode: nothing,
    }),
    ContainerStatus: rpc({
      mutating: false,
      decode: container.decodeContainerStatus,
      run: ({ id, verbose }) => runtime.containerStatus(id, verbose),
      encode: ({ record, info }) => ({ status: encodeContainerStatus(record), info }),
    }),
    ListContainers: rpc({
      mutating: false,
      decode: container.decodeListContainers,
      run: (filter) => runtime.listContainers(filter),
      encode: (records) => containers.whole(records),
    }),
    StreamContainers: streamRpc({
      decode: container.decodeListContainers,
      run: (filter) => runtime.listContainers(filter),
      encode: (records) => containers.batches(records),
    }),
  } satisfies Rpcs;
}

function insideContainers(runtime: Runtime) {
  return {
    UpdateContainerResources: rpc({
      mutating: true,
      decode: container.decodeUpdateContainerResources,
      run: ({ id, resources }, signal) => runtime.updateContainerResources(id, resources, signal),
      encode: nothing,
    }),
    ReopenContainerLog: rpc({
      mutating: true,
      decode: container.decodeReopenContainerLog,
      run: (id, signal) => runtime.reopenContainerLog(id, signal),
      encode: nothing,
    }),
    // A probe every second must not fill the log, whatever its command may change inside.
    ExecSync: rpc({
      mutating: false,
      decode: decodeExecSync,
      run: (command, signal) => runtime.execSync(command, signal),
      encode: encodeExecSync,
    }),
  } satisfies Rpcs;
}

function aboutUsage(runtime: Runtime, protocol: PackageDefinition) {
  const containers = new ListEncoder(protocol, {
    service: runtimeServiceName,
    rpc: "ListContainerStats",
    answerWith: (view: ContainerStatsView) => encodeContainerView(view),
  });
  const pods = new ListEncoder(protocol, {
    service: runtimeServiceName,
    rpc: "ListPodSandboxStats",
    answerWith: (view: PodSandboxStatsView) => encodePodView(view),
  });
  return {
    ContainerStats: rpc({
      mutating: false,
      decode: decodeContainerStats,
      run: (id, signal) => runtime.containerStats(id, signal),
      encode: encodeContainerView,
    }),
    ListContainerStats: rpc({
      mutating: false,
      decode: decodeListContainerStats,
      run: (filter, signal) => runtime.listContainerStats(filter, signal),
      encode: (views) => containers.whole(views),
    }),
    StreamContainerStats: streamRpc({
      decode: decodeListContainerStats,
      run: (filter, signal) => runtime.listContainerStats(filter, signal),
      encode: (views) => containers.batches(views),
    }),
    PodSandboxStats: rpc({
      mutating: false,
      decode: decodePodSandboxStats,
      run: (id, signal) => runtime.podSandboxStats(id, signal),
      encode: encodePodView,
    }),
    ListPodSandboxStats: rpc({
      mutating: false,
      decode: decodeListPodSandboxStats,
      run: (filter, signal) => runtime.listPodSandboxStats(filter, signal),
      encode: (views) => pods.whole(views),
    }),
    StreamPodSandboxStats: streamRpc({
      decode: decodeListPodSandboxStats,
      run: (filter, signal) => runtime.listPodSandboxStats(filter, signal),
      encode: (views) => pods.batches(views),
    }),
  } satisfies Rpcs;
}

function aboutMetrics(runtime: Runtime, protocol: PackageDefinition) {
  const pods = new ListEncoder(protocol, {
    service: runtimeServiceName,
    rpc: "ListPodSandboxMetrics",
    answerWith: encodePodSandboxMetrics,
  });
  return {
    ListMetricDescriptors: rpc({
      mutating: false,
      decode: nothing,
      run: () => runtime.metricFeatures(),
      encode: (features) => ({ descriptors: encodeMetricDescriptors(features) }),
    }),
    ListPodSandboxMetrics: rpc({
      mutating: false,
      decode: nothing,
      run: (_, signal) => runtime.listPodSandboxMetrics(signal),
      encode: (views) => pods.whole(views),
    }),
    StreamPodSandboxMetrics: streamRpc({
      decode: nothing,
      run: (_, signal) => runtime.listPodSandboxMetrics(signal),
      encode: (views) => pods.batches(views),
    }),
  } satisfies Rpcs;
}

function encodeContainerView({ record, stats }: ContainerStatsView): Buffer {
  return encodeContainerStats(record.container, stats);
}

function encodePodView({ record, stats, containers }: PodSandboxStatsView): Buffer {
  return encodePodSandboxStats({
    sandbox: record.sandbox,
    stats,
    containers: containers.map(({ record: { container }, stats: figures }) => ({
      container,
      stats: figures,
    })),
  });
}

function aboutEvents(runtime: Runtime) {
  return {
    GetContainerEvents: streamRpc({
      endless: true,
      decode: nothing,
      run: (_request, signal) => runtime.containerEvents(signal),
      encode: encodeContainerEvents,
    }),
  } satisfies Rpcs;
}

async function* encodeContainerEvents(events: AsyncIterable<ContainerEvent>) {
  for await (const event of events) yield encodeContainerEvent(event);
}
