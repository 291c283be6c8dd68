import type { CgroupPaths } from "../host/cgroup.ts";
import { CriError } from "../model/error.ts";
import type { Clock } from "../model/ports.ts";
import type {
  CgroupStats,
  NetworkUsage,
  PodSandboxLocation,
  PodSandboxStats,
  ProcessUsage,
} from "../model/stats.ts";
import { type CpuPoint, readCgroupStats } from "./cgroup-stats.ts";
import { sumOf } from "./cgroup-sum.ts";
import { foldersOf, podCgroup } from "./container-cgroup.ts";
import type { ContainerStatsSampler } from "./container-stats-sampler.ts";
import { fromHostEnd, kernelNetwork, type NetworkSource, networkUsage } from "./network-usage.ts";
import type { Place, Places } from "./places.ts";
import { processCount } from "./process-count.ts";
import { SharedSample } from "./shared-sample.ts";
import type { TimeSlices } from "./time-slices.ts";

export interface PodSandboxStatsSamplerOptions {
  readonly clock: Clock;
  readonly places: Places;
  readonly slices: TimeSlices;
  readonly containers: ContainerStatsSampler;
  /** For tests. */
  readonly network?: NetworkSource;
}

interface Entry {
  readonly shared: SharedSample<PodSandboxStats>;
  /** The pod's own, once a process of it was seen; its counters outlive each of them. */
  cgroup: CgroupPaths | undefined;
  point: CpuPoint | undefined;
  network: NetworkUsage | undefined;
}

/** Figures of pods, read like those of containers: from the pod's own cgroup where it has one, else the sum of its members'. */
export class PodSandboxStatsSampler {
  readonly #options: PodSandboxStatsSamplerOptions;
  readonly #source: NetworkSource;
  readonly #entries = new Map<string, Entry>();

  constructor(options: PodSandboxStatsSamplerOptions) {
    this.#options = options;
    this.#source = options.network ?? kernelNetwork;
  }

  /**
   * Returns a sample no older than a second; undefined when the sandbox has ended.
   * Throws Cancelled or DeadlineExceeded when the signal has aborted, Internal when a kernel file cannot be read.
   */
  async sample(
    id: string,
    location: PodSandboxLocation,
    signal: AbortSignal,
  ): Promise<PodSandboxStats | undefined> {
    if (signal.aborted) throw CriError.from(signal.reason, `stats of ${id}`);
    const entry = this.#entryFor(id);
    return await entry.shared.get(() => this.#measure(id, location, { entry, signal }));
  }

  /** Returns the pod's network alone, for a part of the cost; undefined in the node's network, and when it was never seen. Throws as sample does. */
  async network(id: string, location: PodSandboxLocation): Promise<NetworkUsage | undefined> {
    if (!location.hasOwnNetwork) return undefined;
    const entry = this.#entryFor(id);
    const places = await this.#placesOf(id, location);
    return await this.#options.slices.run(() => this.#network(location, places, entry));
  }

  /** Drops what is kept of a sandbox that was removed. */
  forget(id: string): void {
    const { containers, places } = this.#options;
    const { cgroup } = this.#entries.get(id) ?? {};
    if (cgroup !== undefined) for (const folder of foldersOf(cgroup)) places.files.forget(folder);
    this.#entries.delete(id);
    containers.forget(id);
  }

  #entryFor(id: string): Entry {
    const known = this.#entries.get(id);
    if (known !== undefined) return known;
    const shared = new SharedSample<PodSandboxStats>(this.#options.clock);
    const entry = { shared, cgroup: undefined, point: undefined, network: undefined };
    this.#entries.set(id, entry);
    return entry;
  }

  async #measure(
    id: string,
    location: PodSandboxLocation,
    { entry, signal }: { readonly entry: Entry; readonly signal: AbortSignal },
  ): Promise<PodSandboxStats | undefined> {
    const places = await this.#placesOf(id, location);
    const [first] = places;
    if (location.pid !== 0 && first === undefined) return undefined;
    entry.cgroup ??= first && podCgroup(first.cgroup, location.cgroupParent);
    const summed =
      entry.cgroup === undefined ? sumOf(await this.#members(id, location, signal)) : undefined;
    return await this.#options.slices.run(() => {
      const figures = summed ?? this.#ownFigures(entry);
      const network = location.hasOwnNetwork ? this.#network(location, places, entry) : undefined;
      return figures && { ...figures, network, process: this.#process(places) };
    });
  }

  /** Those of its processes that live, that of the sandbox first. */
  async #placesOf(id: string, location: PodSandboxLocation): Promise<readonly Place[]> {
    const processes = [...location.containers].map(([member, { pid }]) => [member, pid] as const);
    const all = location.pid === 0 ? processes : [[id, location.pid] as const, ...processes];
    const { places } = this.#options;
    const found = await Promise.all(all.map(([member, pid]) => places.of(member, pid)));
    return found.filter((place) => place !== undefined);
  }

  async #members(
    id: string,
    { pid, containers }: PodSandboxLocation,
    signal: AbortSignal,
  ): Promise<readonly CgroupStats[]> {
    const all = new Map(containers);
    if (pid !== 0) all.set(id, { pid, writableLayer: undefined });
    const samples = await Promise.all(
      [...all].map(([member, location]) =>
        this.#options.containers.sample(member, location, signal),
      ),
    );
    return samples.filter((sample) => sample !== undefined);
  }

  #ownFigures(entry: Entry): CgroupStats | undefined {
    const { clock, places } = this.#options;
    const monotonicMillis = clock.monotonicMillis();
    const moment = { nowNanos: clock.nowNanos(), monotonicMillis, previous: entry.point };
    const figures = entry.cgroup && readCgroupStats(places.files, entry.cgroup, moment);
    const cpuNanos = figures?.cpu?.usageCoreNanoSeconds;
    entry.point = cpuNanos === undefined ? undefined : { monotonicMillis, cpuNanos };
    return figures;
  }

  /** Any process of the pod shows its network; while there is none, the host's end of the link, or what was last seen. */
  #network(
    { hostInterface: hostEnd }: PodSandboxLocation,
    places: readonly Place[],
    entry: Entry,
  ): NetworkUsage | undefined {
    const nowNanos = this.#options.clock.nowNanos();
    for (const { pid, netns } of places) {
      const interfaces = this.#source.interfacesOf(pid, netns);
      if (interfaces === undefined) continue;
      entry.network = networkUsage(interfaces, nowNanos);
      return entry.network;
    }
    const counted = hostEnd === undefined ? undefined : this.#source.hostInterface(hostEnd);
    entry.network = networkUsage(fromHostEnd(counted), nowNanos) ?? entry.network;
    return entry.network;
  }

  #process(places: readonly Place[]): ProcessUsage | undefined {
    const { clock, places: known } = this.#options;
    const timestampNanos = clock.nowNanos();
    const counts = places.map(({ cgroup }) => processCount(known.files, cgroup) ?? 0n);
    return { timestampNanos, processCount: counts.reduce((sum, count) => sum + count, 0n) };
  }
}
