import { type CgroupPaths, cgroupOf } from "../host/cgroup.ts";
import { CriError } from "../model/error.ts";
import type { FilesystemUsage } from "../model/image.ts";
import type { Clock } from "../model/ports.ts";
import type { ContainerLocation, ContainerStats } from "../model/stats.ts";
import { type ContainerCgroup, containerCgroup } from "./container-cgroup.ts";
import { type CpuPoint, readContainerStats } from "./container-stats.ts";
import { TimeSlices } from "./time-slices.ts";

/** Samples younger than this are shared by whoever asks. */
const freshMillis = 1_000;

/** What a container's writable layer was last measured at, from memory. */
export interface WritableLayerSource {
  usage(id: string, folder: string): FilesystemUsage | undefined;
  forget(id: string): void;
}

export interface ContainerStatsSamplerOptions {
  readonly clock: Clock;
  readonly writableLayers: WritableLayerSource;
  /** Where a process is; for tests. */
  readonly cgroupOf?: (pid: number) => Promise<CgroupPaths>;
}

interface Entry {
  readonly pid: number;
  readonly cgroup: Promise<ContainerCgroup>;
  inFlight: Promise<ContainerStats | undefined> | undefined;
  newest: { readonly stats: ContainerStats; readonly monotonicMillis: number } | undefined;
  point: CpuPoint | undefined;
}

/**
 * Figures of containers, read from the kernel's files when somebody asks: at most once a second each, in slices of 5 ms,
 * with neither an engine nor a child process.
 */
export class ContainerStatsSampler {
  readonly #clock: Clock;
  readonly #writableLayers: WritableLayerSource;
  readonly #cgroupOf: (pid: number) => Promise<CgroupPaths>;
  readonly #slices: TimeSlices;
  readonly #entries = new Map<string, Entry>();

  constructor(options: ContainerStatsSamplerOptions) {
    this.#clock = options.clock;
    this.#writableLayers = options.writableLayers;
    this.#cgroupOf = options.cgroupOf ?? cgroupOf;
    this.#slices = new TimeSlices(options.clock);
  }

  /**
   * Returns a sample no older than a second; undefined when the container has ended.
   * Throws Cancelled or DeadlineExceeded when the signal has aborted, Internal when a kernel file cannot be read.
   */
  async sample(
    id: string,
    location: ContainerLocation,
    signal: AbortSignal,
  ): Promise<ContainerStats | undefined> {
    if (signal.aborted) throw CriError.from(signal.reason, `stats of ${id}`);
    const entry = this.#entryFor(id, location.pid);
    const { newest } = entry;
    if (
      newest !== undefined &&
      this.#clock.monotonicMillis() - newest.monotonicMillis < freshMillis
    )
      return newest.stats;
    entry.inFlight ??= this.#measure(id, location, entry).finally(() => {
      entry.inFlight = undefined;
    });
    return await entry.inFlight;
  }

  /** Returns the samples of those that still run, by id. Throws as sample does. */
  async sampleAll(
    locations: ReadonlyMap<string, ContainerLocation>,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, ContainerStats>> {
    const found = new Map<string, ContainerStats>();
    await Promise.all(
      [...locations].map(async ([id, location]) => {
        const stats = await this.sample(id, location, signal);
        if (stats !== undefined) found.set(id, stats);
      }),
    );
    return found;
  }

  /** Drops what is kept of a container that was removed. */
  forget(id: string): void {
    this.#entries.delete(id);
    this.#writableLayers.forget(id);
  }

  /** Another pid means that it was started anew: its cgroup and its counters are new too. */
  #entryFor(id: string, pid: number): Entry {
    const known = this.#entries.get(id);
    if (known?.pid === pid) return known;
    const cgroup = this.#cgroupOf(pid).then((paths) => containerCgroup(paths, id));
    const entry: Entry = { pid, cgroup, inFlight: undefined, newest: undefined, point: undefined };
    this.#entries.set(id, entry);
    return entry;
  }

  async #measure(
    id: string,
    location: ContainerLocation,
    entry: Entry,
  ): Promise<ContainerStats | undefined> {
    try {
      const cgroup = await entry.cgroup;
      return await this.#slices.run(() => this.#read(id, location, { entry, cgroup }));
    } catch (thrown) {
      // Nothing was learnt; the next caller looks for the cgroup again.
      if (this.#entries.get(id) === entry) this.#entries.delete(id);
      if (thrown instanceof CriError && thrown.kind === "NotFound") return undefined;
      throw CriError.from(thrown, `stats of ${id}`);
    }
  }

  #read(
    id: string,
    location: ContainerLocation,
    { entry, cgroup }: { readonly entry: Entry; readonly cgroup: ContainerCgroup },
  ): ContainerStats | undefined {
    const folder = location.writableLayer;
    const monotonicMillis = this.#clock.monotonicMillis();
    const stats = readContainerStats(cgroup, {
      nowNanos: this.#clock.nowNanos(),
      monotonicMillis,
      previous: entry.point,
      writableLayer: folder === undefined ? undefined : this.#writableLayers.usage(id, folder),
    });
    if (stats === undefined) return undefined;
    entry.newest = { stats, monotonicMillis };
    if (stats.cpu !== undefined)
      entry.point = { monotonicMillis, cpuNanos: stats.cpu.usageCoreNanoSeconds };
    return stats;
  }
}
