import { CriError } from "../model/error.ts";
import type { FilesystemUsage } from "../model/image.ts";
import type { Clock } from "../model/ports.ts";
import type { ContainerLocation, ContainerStats } from "../model/stats.ts";
import { type CpuPoint, readCgroupStats } from "./cgroup-stats.ts";
import type { Place, Places } from "./places.ts";
import { SharedSample } from "./shared-sample.ts";
import type { TimeSlices } from "./time-slices.ts";

/** What a container's writable layer was last measured at, from memory. */
export interface WritableLayerSource {
  usage(id: string, folder: string): FilesystemUsage | undefined;
  forget(id: string): void;
}

export interface ContainerStatsSamplerOptions {
  readonly clock: Clock;
  readonly places: Places;
  readonly slices: TimeSlices;
  readonly writableLayers: WritableLayerSource;
}

interface Entry {
  readonly pid: number;
  readonly shared: SharedSample<ContainerStats>;
  last: ContainerStats | undefined;
  point: CpuPoint | undefined;
}

/**
 * Figures of containers, read from the kernel's files when somebody asks: at most once a second each, in slices of 5 ms,
 * with neither an engine nor a child process.
 */
export class ContainerStatsSampler {
  readonly #options: ContainerStatsSamplerOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: ContainerStatsSamplerOptions) {
    this.#options = options;
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
    return await entry.shared.get(() => this.#measure(id, location, entry));
  }

  /** Drops what is kept of a container that was removed. */
  forget(id: string): void {
    this.#entries.delete(id);
    this.#options.places.forget(id);
    this.#options.writableLayers.forget(id);
  }

  /** Another pid means that it was started anew: its counters are new too. */
  #entryFor(id: string, pid: number): Entry {
    const known = this.#entries.get(id);
    if (known?.pid === pid) return known;
    const shared = new SharedSample<ContainerStats>(this.#options.clock);
    const entry: Entry = { pid, shared, last: undefined, point: undefined };
    this.#entries.set(id, entry);
    return entry;
  }

  async #measure(
    id: string,
    location: ContainerLocation,
    entry: Entry,
  ): Promise<ContainerStats | undefined> {
    const { places, slices } = this.#options;
    try {
      const place = await places.of(id, location.pid);
      if (place === undefined) return this.#gone(id, entry);
      const stats = await slices.run(() => this.#read(id, location, { entry, place }));
      return stats ?? this.#gone(id, entry);
    } catch (thrown) {
      // Nothing was learnt; the next caller looks for the cgroup again.
      this.#gone(id, entry);
      throw CriError.from(thrown, `stats of ${id}`);
    }
  }

  #gone(id: string, entry: Entry): undefined {
    if (this.#entries.get(id) !== entry) return;
    this.#entries.delete(id);
    this.#options.places.forget(id);
  }

  #read(
    id: string,
    { writableLayer: folder }: ContainerLocation,
    { entry, place }: { readonly entry: Entry; readonly place: Place },
  ): ContainerStats | undefined {
    const { clock, places, writableLayers } = this.#options;
    const monotonicMillis = clock.monotonicMillis();
    const moment = { nowNanos: clock.nowNanos(), monotonicMillis, previous: entry.point };
    const figures = readCgroupStats(places.files, place.cgroup, moment);
    if (figures === undefined || hasLost(entry.last, figures)) return undefined;
    const { cpu } = figures;
    if (cpu !== undefined) entry.point = { monotonicMillis, cpuNanos: cpu.usageCoreNanoSeconds };
    const writableLayer = folder === undefined ? undefined : writableLayers.usage(id, folder);
    entry.last = { ...figures, writableLayer };
    return entry.last;
  }
}

type Parts = Pick<ContainerStats, "cpu" | "memory">;

/** The v1 hierarchies of a cgroup go one after the other: what misses a part that it had is about to be gone. */
function hasLost(before: Parts | undefined, now: Parts): boolean {
  return (
    (before?.cpu !== undefined && now.cpu === undefined) ||
    (before?.memory !== undefined && now.memory === undefined)
  );
}
