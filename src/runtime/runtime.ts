import type { ContainerRecord, ExecSyncResult, SandboxRecord } from "../backends/backend.ts";
import type { ContainerConfig } from "../model/container.ts";
import type { ContainerEventType } from "../model/event.ts";
import type { ContainerId, PodSandboxId } from "../model/ids.ts";
import type { Image, ImageFsInfo, ImageSpec, RegistryAuth } from "../model/image.ts";
import type { MetricFeature, PodSandboxMetrics } from "../model/metrics.ts";
import type { PodSandboxConfig } from "../model/pod-sandbox.ts";
import type {
  ContainerFilter,
  ContainerStatsFilter,
  ExecSyncCommand,
  PodSandboxFilter,
  PodSandboxStatsFilter,
} from "../model/request.ts";
import type { LinuxResources } from "../model/resources.ts";
import type { CgroupDriver, Condition, RuntimeHandler } from "../model/runtime.ts";
import type { ContainerStats, PodSandboxStats } from "../model/stats.ts";

/** Facts for people, key → JSON text; empty unless the request was verbose. */
export type VerboseInfo = Readonly<Record<string, string>>;

export interface PodSandboxView {
  readonly record: SandboxRecord;
  readonly containers: readonly ContainerRecord[];
  readonly timestampNanos: bigint;
  readonly info: VerboseInfo;
}

/** What happened to a container or a sandbox, with its pod as it was right after. */
export interface ContainerEvent {
  /** The container's id, or the sandbox's. */
  readonly id: string;
  readonly type: ContainerEventType;
  /** When it was noticed; later than that of any event before. */
  readonly createdAtNanos: bigint;
  /** The pod's newest sandbox, or the one that has just been removed; undefined when the pod has none any more. */
  readonly sandbox: SandboxRecord | undefined;
  /** Those of all sandboxes of the pod, in no order. */
  readonly containers: readonly ContainerRecord[];
}

export interface ContainerView {
  readonly record: ContainerRecord;
  readonly info: VerboseInfo;
}

export interface ContainerStatsView {
  readonly record: ContainerRecord;
  readonly stats: ContainerStats;
}

export interface PodSandboxStatsView {
  readonly record: SandboxRecord;
  readonly stats: PodSandboxStats;
  /** Those that run. */
  readonly containers: readonly ContainerStatsView[];
}

export interface RuntimeStatusView {
  readonly runtime: Condition;
  readonly network: Condition;
  readonly handlers: readonly RuntimeHandler[];
  readonly supplementalGroupsPolicy: boolean;
  readonly info: VerboseInfo;
}

interface RuntimeVersion {
  readonly runtimeName: string;
  /** Semantic version, no product name. */
  readonly runtimeVersion: string;
}

export interface PullImageRequest {
  readonly spec: ImageSpec;
  readonly auth: RegistryAuth;
  readonly sandboxConfig: PodSandboxConfig | undefined;
}

export interface ImageView {
  readonly image: Image | undefined;
  readonly info: VerboseInfo;
}

/**
 * What a CRI endpoint can be asked. Ids are as the client gave them, whole or short; an ambiguous one is InvalidArgument. An
 * object that is not there is NotFound, but stopping or removing it is a success, as the CRI asks.
 */
export interface Runtime {
  runPodSandbox(
    config: PodSandboxConfig,
    runtimeHandler: string,
    signal: AbortSignal,
  ): Promise<PodSandboxId>;
  stopPodSandbox(id: string, signal: AbortSignal): Promise<void>;
  removePodSandbox(id: string, signal: AbortSignal): Promise<void>;
  podSandboxStatus(id: string, verbose: boolean): PodSandboxView;
  listPodSandboxes(filter: PodSandboxFilter): readonly SandboxRecord[];
  createContainer(
    podSandboxId: string,
    config: ContainerConfig,
    signal: AbortSignal,
  ): Promise<ContainerId>;
  startContainer(id: string, signal: AbortSignal): Promise<void>;
  stopContainer(id: string, graceSeconds: number, signal: AbortSignal): Promise<void>;
  removeContainer(id: string, signal: AbortSignal): Promise<void>;
  containerStatus(id: string, verbose: boolean): ContainerView;
  listContainers(filter: ContainerFilter): readonly ContainerRecord[];
  updateContainerResources(
    id: string,
    resources: LinuxResources,
    signal: AbortSignal,
  ): Promise<void>;
  reopenContainerLog(id: string, signal: AbortSignal): Promise<void>;
  /** Throws NotFound, or FailedPrecondition when the container does not run: streams need it to. */
  requireRunning(containerId: string): void;
  /** Throws NotFound, or FailedPrecondition when the sandbox is not ready. */
  requireReady(podSandboxId: string): void;
  execSync(command: ExecSyncCommand, signal: AbortSignal): Promise<ExecSyncResult>;
  containerStats(id: string, signal: AbortSignal): Promise<ContainerStatsView>;
  listContainerStats(
    filter: ContainerStatsFilter,
    signal: AbortSignal,
  ): Promise<readonly ContainerStatsView[]>;
  podSandboxStats(id: string, signal: AbortSignal): Promise<PodSandboxStatsView>;
  listPodSandboxStats(
    filter: PodSandboxStatsFilter,
    signal: AbortSignal,
  ): Promise<readonly PodSandboxStatsView[]>;
  /** What happens to containers and sandboxes, until the signal aborts; throws ResourceExhausted when the caller is too slow. */
  containerEvents(signal: AbortSignal): AsyncIterable<ContainerEvent>;
  /** The ready sandboxes with their containers that run or died for want of memory. */
  listPodSandboxMetrics(signal: AbortSignal): Promise<readonly PodSandboxMetrics[]>;
  /** What this node's kernel can show in metrics; the same for its whole life. */
  metricFeatures(): Promise<ReadonlySet<MetricFeature>>;
  updateRuntimeConfig(podCidr: string): void;
  status(verbose: boolean): RuntimeStatusView;
  cgroupDriver(): CgroupDriver;
  version(): RuntimeVersion;
  listImages(spec: ImageSpec | undefined, signal: AbortSignal): Promise<readonly Image[]>;
  imageStatus(spec: ImageSpec, verbose: boolean, signal: AbortSignal): Promise<ImageView>;
  /** Returns the reference to give to CreateContainer: a repo digest, else the image id. */
  pullImage(request: PullImageRequest, signal: AbortSignal): Promise<string>;
  removeImage(spec: ImageSpec, signal: AbortSignal): Promise<void>;
  imageFsInfo(signal: AbortSignal): Promise<ImageFsInfo>;
}
