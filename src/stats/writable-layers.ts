import { dirname } from "node:path";
import { CriError } from "../model/error.ts";
import type { FilesystemUsage } from "../model/image.ts";
import type { Clock, Log } from "../model/ports.ts";
import { MeasureLane } from "./measure-lane.ts";
import { type LayerSize, measureFolder } from "./writable-layer.ts";

export interface WritableLayersOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** A measure is at least that old before the next begins; default a minute. */
  readonly intervalMillis?: number;
  /** Default 200. */
  readonly entriesPerBatch?: number;
  /** Least rest between batches; default 20 ms. */
  readonly restMillis?: number;
}

interface Layer {
  readonly id: string;
  readonly folder: string;
  usage: FilesystemUsage | undefined;
  dueMillis: number;
}

/**
 * Sizes of containers' writable layers, measured in the background one after the other and slowly, for as long as somebody
 * asks for them. An answer is the last finished measure; its timestamp tells its age. New containers do not wait for the walks
 * through the old ones: they have a lane of their own, in which a layer's first files, mostly all of them, are counted at once.
 */
export class WritableLayers {
  readonly #options: Required<WritableLayersOptions>;
  readonly #layers = new Map<string, Layer>();
  readonly #first: MeasureLane<Layer>;
  readonly #again: MeasureLane<Layer>;

  constructor(options: WritableLayersOptions) {
    this.#options = { intervalMillis: 60_000, entriesPerBatch: 200, restMillis: 20, ...options };
    this.#first = new MeasureLane(this.#options);
    this.#again = new MeasureLane(this.#options);
  }

  /** Returns the last measure, undefined before the first is done; asks for a new one when that is due. */
  usage(id: string, folder: string): FilesystemUsage | undefined {
    const layer = this.#layerFor(id, folder);
    if (this.#options.clock.monotonicMillis() >= layer.dueMillis) this.#enqueue(layer);
    return layer.usage;
  }

  /** Drops what is kept of a container that was removed; a walk through its layer ends. */
  forget(id: string): void {
    this.#layers.delete(id);
  }

  /** Returns what all layers take together, as far as they were measured. */
  total(): LayerSize {
    const total = { usedBytes: 0n, inodesUsed: 0n };
    for (const { usage } of this.#layers.values()) {
      total.usedBytes += usage?.usedBytes ?? 0n;
      total.inodesUsed += usage?.inodesUsed ?? 0n;
    }
    return total;
  }

  /** Measures what is asked for, until the signal aborts. Called once. */
  async run(signal: AbortSignal): Promise<void> {
    const lanes = [this.#first, this.#again].map((lane) =>
      lane.run((layer) => this.#measure(layer, lane, signal), signal),
    );
    await Promise.all(lanes);
  }

  #layerFor(id: string, folder: string): Layer {
    const known = this.#layers.get(id);
    if (known?.folder === folder) return known;
    const layer: Layer = { id, folder, usage: undefined, dueMillis: 0 };
    this.#layers.set(id, layer);
    return layer;
  }

  #enqueue(layer: Layer): void {
    layer.dueMillis = Number.POSITIVE_INFINITY;
    (layer.usage === undefined ? this.#first : this.#again).push(layer);
  }

  async #measure(layer: Layer, lane: MeasureLane<Layer>, signal: AbortSignal): Promise<void> {
    const { clock, log, entriesPerBatch, intervalMillis } = this.#options;
    const begun = clock.monotonicMillis();
    let isUrgent = layer.usage === undefined;
    const pause = async () => {
      if (this.#layers.get(layer.id) !== layer) throw forgotten;
      if (!isUrgent) await lane.rest(signal);
      isUrgent = false;
    };
    try {
      const size = await measureFolder(layer.folder, { pause, entriesPerBatch });
      if (size !== undefined)
        layer.usage = {
          ...size,
          timestampNanos: clock.nowNanos(),
          mountpoint: mountpointOf(layer.folder),
        };
    } catch (thrown) {
      if (signal.aborted || thrown === forgotten) return;
      log.warn("a writable layer could not be measured", {
        containerId: layer.id,
        err: String(thrown),
      });
    }
    const ended = clock.monotonicMillis();
    // A layer that takes long must not keep the others waiting all the time.
    layer.dueMillis = ended + Math.max(intervalMillis, ended - begun);
  }
}

const forgotten = new CriError("Cancelled", "the container was removed");

/** A layer lies in ROOT/ID/FOLDER; ROOT stays when the container goes, and one name for all of them spares the kubelet's cache. */
function mountpointOf(folder: string): string {
  return dirname(dirname(folder));
}
