import { dirname } from "node:path";
import { type CgroupPaths, cgroupPathOf } from "../host/cgroup.ts";
import { CriError, messageOf } from "../model/error.ts";
import type { FilesystemUsage } from "../model/image.ts";
import type {
  CgroupFigures,
  ContainerFigures,
  LayerFigures,
  MetricFeature,
  PodCgroupFigures,
  ProcessFigures,
} from "../model/metrics.ts";
import type { Clock, Log } from "../model/ports.ts";
import type { ContainerLocation, NetworkUsage, PodSandboxLocation } from "../model/stats.ts";
import { readCgroupFigures } from "./cgroup-figures.ts";
import { podCgroup } from "./container-cgroup.ts";
import { DeviceNames } from "./device-names.ts";
import { LayerFileSystems } from "./layer-file-systems.ts";
import { lookForFeatures, type NodeFeatures } from "./metric-features.ts";
import type { Places } from "./places.ts";
import { ProcessSampler } from "./process-sampler.ts";
import { SharedSample } from "./shared-sample.ts";
import type { TimeSlices } from "./time-slices.ts";

/** How long the first answer about a container waits for the measure of its writable layer, and how often it looks. */
const firstMeasureMillis = 200;
const firstMeasureStepMillis = 10;

export interface MetricsSamplerOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly places: Places;
  readonly slices: TimeSlices;
  readonly podStats: {
    network(id: string, location: PodSandboxLocation): Promise<NetworkUsage | undefined>;
  };
  readonly writableLayers: { usage(id: string, folder: string): FilesystemUsage | undefined };
  /** For tests. */
  readonly fileSystems?: Pick<LayerFileSystems, "of">;
  /** What the node can show; for tests. */
  readonly features?: () => Promise<NodeFeatures>;
}

interface CgroupSample extends PodCgroupFigures {
  readonly processes: ProcessFigures | undefined;
}

interface Entry {
  readonly pid: number;
  readonly shared: SharedSample<CgroupSample>;
  readonly processes: ProcessSampler;
  path: string | undefined;
  /** Counts up over the samples, for a kernel that keeps no peak. */
  maxUsageBytes: bigint;
  oomKills: bigint;
}

/** What was last seen of a container. */
export interface LastSeen {
  readonly cgroupPath: string;
  readonly oomKills: bigint;
}

/**
 * All figures of containers and pods that metrics are made of, read from the kernel's files when somebody asks: at most once a
 * second each, in slices of 5 ms, with neither an engine nor a child process.
 */
export class MetricsSampler {
  readonly #options: MetricsSamplerOptions;
  readonly #devices = new DeviceNames();
  readonly #fileSystems: Pick<LayerFileSystems, "of">;
  readonly #containers = new Map<string, Entry>();
  readonly #pods = new Map<string, Entry>();
  #features: Promise<NodeFeatures> | undefined;

  constructor(options: MetricsSamplerOptions) {
    this.#options = options;
    this.#fileSystems = options.fileSystems ?? new LayerFileSystems(options.clock);
  }

  /** Returns what this node's kernel shows. Throws CriError, Internal, when its files cannot be read. */
  async features(): Promise<ReadonlySet<MetricFeature>> {
    return (await this.#node()).metrics;
  }

  /**
   * Returns the figures of the containers, by id: one that has ended, or cannot be measured, is left out. Throws Cancelled or
   * DeadlineExceeded when the signal aborts.
   */
  async containers(
    locations: ReadonlyMap<string, ContainerLocation>,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, ContainerFigures>> {
    const samples = await this.#sampleAll(this.#containers, locations, async (id, entry) => {
      const place = await this.#options.places.of(id, entry.pid);
      if (place === undefined) return undefined;
      const figures = await this.#measure(entry, place.cgroup);
      const processes = await entry.processes.figures(place.pid, place.cgroup);
      return figures && { ...figures, processes };
    });
    await this.#firstMeasures(locations, signal);
    const figures = new Map<string, ContainerFigures>();
    for (const [id, sample] of samples) {
      const layer = this.#layer(id, locations.get(id)?.writableLayer, sample.cgroup.timestampNanos);
      figures.set(id, { ...sample, layer });
    }
    return figures;
  }

  /** Returns the figures of the pods' own cgroups, by sandbox id; pods without one, and whatever cannot be measured, are left out. */
  async pods(
    locations: ReadonlyMap<string, PodSandboxLocation>,
  ): Promise<ReadonlyMap<string, PodCgroupFigures>> {
    const members = new Map<string, { readonly id: string; readonly pid: number }>();
    for (const [id, { pid, containers }] of locations) {
      const [first] = containers;
      // Any process of the pod shows where the pod's cgroup is.
      if (pid > 0) members.set(id, { id, pid });
      else if (first !== undefined) members.set(id, { id: first[0], pid: first[1].pid });
    }
    return await this.#sampleAll(this.#pods, members, async (id, entry) => {
      const place = await this.#options.places.of(members.get(id)?.id ?? id, entry.pid);
      const parent = locations.get(id)?.cgroupParent ?? "";
      const cgroup = place && podCgroup(place.cgroup, parent);
      const figures = cgroup && (await this.#measure(entry, cgroup));
      return figures && { ...figures, processes: undefined };
    });
  }

  /** Returns the networks of the pods that have one of their own, by sandbox id; what cannot be measured is left out. */
  async networks(
    locations: ReadonlyMap<string, PodSandboxLocation>,
  ): Promise<ReadonlyMap<string, NetworkUsage>> {
    const found = new Map<string, NetworkUsage>();
    const reading = [...locations].map(async ([id, location]) => {
      const network = await this.#orNothing(id, () => this.#options.podStats.network(id, location));
      if (network !== undefined) found.set(id, network);
    });
    await Promise.all(reading);
    return found;
  }

  /** Returns what the last sample of a container said, though it has ended; undefined when there was none. */
  lastSeen(id: string): LastSeen | undefined {
    const { path, oomKills = 0n } = this.#containers.get(id) ?? {};
    return path === undefined ? undefined : { cgroupPath: path, oomKills };
  }

  /** Drops what is kept of a container or sandbox that was removed. */
  forget(id: string): void {
    this.#containers.delete(id);
    this.#pods.delete(id);
  }

  async #sampleAll(
    entries: Map<string, Entry>,
    targets: ReadonlyMap<string, { readonly pid: number }>,
    measure: (id: string, entry: Entry) => Promise<CgroupSample | undefined>,
  ): Promise<ReadonlyMap<string, CgroupSample>> {
    const found = new Map<string, CgroupSample>();
    const sampling = [...targets].map(async ([id, { pid }]) => {
      const entry = this.#entryFor(entries, id, pid);
      const take = () => entry.shared.get(() => measure(id, entry));
      const sample = await this.#orNothing(id, take);
      if (sample !== undefined) found.set(id, sample);
    });
    await Promise.all(sampling);
    return found;
  }

  /** What cannot be read hides nothing else. */
  async #orNothing<T>(id: string, read: () => Promise<T | undefined>): Promise<T | undefined> {
    try {
      return await read();
    } catch (thrown) {
      const fields = { id, err: messageOf(thrown) };
      this.#options.log.warn("figures for metrics cannot be read", fields);
      return undefined;
    }
  }

  /** Another pid means that it was started anew. */
  #entryFor(entries: Map<string, Entry>, id: string, pid: number): Entry {
    const known = entries.get(id);
    if (known?.pid === pid) return known;
    const { clock, slices } = this.#options;
    const entry: Entry = {
      pid,
      shared: new SharedSample(clock),
      processes: new ProcessSampler({ clock, slices }),
      path: undefined,
      maxUsageBytes: 0n,
      oomKills: 0n,
    };
    entries.set(id, entry);
    return entry;
  }

  async #measure(entry: Entry, cgroup: CgroupPaths): Promise<PodCgroupFigures | undefined> {
    const { clock, places, slices } = this.#options;
    const { hugePageSizes } = await this.#node();
    const cgroupPath = entry.path ?? (await cgroupPathOf(cgroup));
    const figures = await slices.run(() =>
      readCgroupFigures(cgroup, {
        files: places.files,
        deviceName: this.#devices.of,
        hugePageSizes,
        nowNanos: () => clock.nowNanos(),
      }),
    );
    if (figures === undefined) return undefined;
    entry.path = cgroupPath;
    entry.oomKills = figures.memory?.oomKills ?? entry.oomKills;
    return { cgroupPath, cgroup: withMaxUsage(figures, entry) };
  }

  #layer(id: string, folder: string | undefined, timestampNanos: bigint): LayerFigures | undefined {
    if (folder === undefined) return undefined;
    // A layer lies in ROOT/ID/FOLDER, and the file system is that of ROOT: one look for all of an engine's containers.
    const fileSystem = this.#fileSystems.of(dirname(dirname(folder)));
    const usage = this.#options.writableLayers.usage(id, folder);
    return fileSystem && { timestampNanos, ...fileSystem, usedBytes: usage?.usedBytes };
  }

  /** A layer is measured in the background; only who asks for the first time waits a little, so that no metric is missing then. */
  async #firstMeasures(
    locations: ReadonlyMap<string, ContainerLocation>,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock } = this.#options;
    const end = clock.monotonicMillis() + firstMeasureMillis;
    const isMissing = ([id, { writableLayer }]: readonly [string, ContainerLocation]) =>
      writableLayer !== undefined && this.#layer(id, writableLayer, 0n)?.usedBytes === undefined;
    try {
      signal.throwIfAborted();
      let missing = [...locations].filter(isMissing);
      while (missing.length > 0 && clock.monotonicMillis() < end) {
        await clock.sleep(firstMeasureStepMillis, signal);
        missing = missing.filter(isMissing);
      }
    } catch (thrown) {
      throw CriError.from(thrown, "metrics of pods");
    }
  }

  #node(): Promise<NodeFeatures> {
    const look = this.#options.features ?? lookForFeatures;
    this.#features ??= look().catch((thrown: unknown) => {
      this.#features = undefined;
      throw CriError.from(thrown, "what this node's kernel shows");
    });
    return this.#features;
  }
}

function withMaxUsage(figures: CgroupFigures, entry: Entry): CgroupFigures {
  const { memory } = figures;
  if (memory === undefined || memory.maxUsageBytes !== undefined) return figures;
  if (memory.usageBytes > entry.maxUsageBytes) entry.maxUsageBytes = memory.usageBytes;
  return { ...figures, memory: { ...memory, maxUsageBytes: entry.maxUsageBytes } };
}
