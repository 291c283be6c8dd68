import { dirname } from "node:path";
import { CriError } from "../model/error.ts";
import type { FilesystemUsage } from "../model/image.ts";
import type { Clock, Log } from "../model/ports.ts";
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

/** The walks rest this many times as long as they work: together they have a twentieth of one disk's and one core's time, however many and large the layers. */
const restFactor = 19;

/** A file system that hung once does not end the measuring. */
const longestRestMillis = 10_000;

/**
 * Sizes of containers' writable layers, measured in the background one after the other and slowly, for as long as somebody
 * asks for them. An answer is the last finished measure; its timestamp tells its age.
 */
export class WritableLayers {
  readonly #options: Required<WritableLayersOptions>;
  readonly #layers = new Map<string, Layer>();
  readonly #queue: Layer[] = [];
  #wake: (() => void) | undefined;
  /** Work that no rest has followed yet, and since when there is more of it. */
  #owedMillis = 0;
  #workingSinceMillis = 0;

  constructor(options: WritableLayersOptions) {
    this.#options = { intervalMillis: 60_000, entriesPerBatch: 200, restMillis: 20, ...options };
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
    const stop = () => this.#wake?.();
    signal.addEventListener("abort", stop, { once: true });
    while (!signal.aborted) {
      const layer = this.#queue.shift();
      if (layer === undefined) await this.#asked();
      else await this.#measure(layer, signal);
    }
    signal.removeEventListener("abort", stop);
  }

  #asked(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
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
    this.#queue.push(layer);
    this.#wake?.();
  }

  async #measure(layer: Layer, signal: AbortSignal): Promise<void> {
    const { clock, log, entriesPerBatch, intervalMillis } = this.#options;
    const begun = clock.monotonicMillis();
    this.#workingSinceMillis = begun;
    const pause = async () => {
      if (this.#layers.get(layer.id) !== layer) throw forgotten;
      await this.#rest(signal);
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
    this.#owedMillis += ended - this.#workingSinceMillis;
    // A layer that takes long must not keep the others waiting all the time.
    layer.dueMillis = ended + Math.max(intervalMillis, ended - begun);
  }

  async #rest(signal: AbortSignal): Promise<void> {
    const { clock, restMillis } = this.#options;
    const workedMillis = this.#owedMillis + clock.monotonicMillis() - this.#workingSinceMillis;
    this.#owedMillis = 0;
    const rest = Math.min(Math.max(restMillis, workedMillis * restFactor), longestRestMillis);
    await clock.sleep(rest, signal);
    this.#workingSinceMillis = clock.monotonicMillis();
  }
}

const forgotten = new CriError("Cancelled", "the container was removed");

/** A layer lies in ROOT/ID/FOLDER; ROOT stays when the container goes, and one name for all of them spares the kubelet's cache. */
function mountpointOf(folder: string): string {
  return dirname(dirname(folder));
}
