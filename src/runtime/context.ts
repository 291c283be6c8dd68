import type { Router } from "../backends/router.ts";
import type { ContainerId, EngineName, PodSandboxId } from "../model/ids.ts";
import type { ContainerFigures, MetricFeature, PodCgroupFigures } from "../model/metrics.ts";
import type { Clock, Log } from "../model/ports.ts";
import type {
  ContainerLocation,
  ContainerStats,
  NetworkUsage,
  PodSandboxLocation,
  PodSandboxStats,
} from "../model/stats.ts";
import type { Background } from "./background.ts";
import type { Creations } from "./creations.ts";
import type { PodEvents } from "./events.ts";
import type { KnownEngines } from "./known-engines.ts";
import type { Ledger } from "./ledger.ts";
import type { Leftovers } from "./leftovers.ts";

/** One object at a time by key; host/ implements it. */
interface Locks {
  run<T>(key: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** The part of stats/ that the runtime needs. */
interface StatsSource<Location, Stats> {
  /** One sample; undefined when the object vanished meanwhile. */
  sample(id: string, location: Location, signal: AbortSignal): Promise<Stats | undefined>;
  forget(id: string): void;
}

/** The part of stats/ that metrics are made of. What cannot be measured is left out. */
interface MetricsSource {
  /** What this node's kernel shows. */
  features(): Promise<ReadonlySet<MetricFeature>>;
  containers(
    locations: ReadonlyMap<string, ContainerLocation>,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, ContainerFigures>>;
  /** Figures of the pods' own cgroups. */
  pods(
    locations: ReadonlyMap<string, PodSandboxLocation>,
  ): Promise<ReadonlyMap<string, PodCgroupFigures>>;
  /** Of those with a network of their own. */
  networks(
    locations: ReadonlyMap<string, PodSandboxLocation>,
  ): Promise<ReadonlyMap<string, NetworkUsage>>;
  /** Of a container that may have ended; undefined when it was never measured. */
  lastSeen(id: string): { readonly cgroupPath: string; readonly oomKills: bigint } | undefined;
  forget(id: string): void;
}

/** The part of network/ that concerns no single engine. */
interface NodeNetwork {
  /** Takes down what belongs to sandboxes that are no more; `alive` are all that exist, of every engine. */
  collect(alive: readonly string[], signal: AbortSignal): Promise<void>;
  /** Whether the process that a sandbox was connected with still lives and has that network namespace. */
  lives(sandboxId: string): Promise<boolean>;
  /** The host's end of a sandbox's link, from memory; undefined when it is not known. */
  hostInterface(sandboxId: string): string | undefined;
}

/** What every use case works on. */
export interface RuntimeContext {
  readonly router: Router;
  readonly ledger: Ledger;
  readonly leftovers: Leftovers;
  readonly known: KnownEngines;
  readonly events: PodEvents;
  readonly sandboxCreations: Creations<PodSandboxId>;
  readonly containerCreations: Creations<ContainerId>;
  /** One mutex per sandbox and per container, by id. */
  readonly locks: Locks;
  readonly stats: StatsSource<ContainerLocation, ContainerStats>;
  readonly podStats: StatsSource<PodSandboxLocation, PodSandboxStats>;
  readonly metrics: MetricsSource;
  readonly network: NodeNetwork;
  /** By engine, the sandboxes that its last list lacked though they live. */
  readonly strays: Map<EngineName, ReadonlySet<string>>;
  readonly background: Background;
  readonly clock: Clock;
  readonly log: Log;
  readonly identity: { readonly runtimeName: string; readonly runtimeVersion: string };
  /** Aborts when the daemon stops: what no caller waits for ends with it. */
  readonly stopping: AbortSignal;
  /** A failpoint by name; undefined when it is off. */
  readonly failpoint: (name: string) => Promise<void> | undefined;
}
