import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { CriError, errnoOf } from "../../model/error.ts";
import type { FilesystemUsage, ImageFsInfo } from "../../model/image.ts";
import type { Clock } from "../../model/ports.ts";
import type { WritableLayerSource } from "../../stats/container-stats-sampler.ts";
import type { LayerSize } from "../../stats/writable-layer.ts";
import type { DockerInfo } from "../../translate/docker/api.ts";
import type { DockerApi } from "./client.ts";
import { layersSize } from "./image-calls.ts";

export interface ImageUsageOptions {
  readonly api: DockerApi;
  readonly clock: Clock;
  /** What the engine said of itself; undefined before it was reached. */
  readonly info: () => DockerInfo | undefined;
  /** What is known of containers' writable layers, all together. */
  readonly writableLayers: () => LayerSize;
  /** Counts the inodes of image layers in the background. They never change, so once is enough. */
  readonly imageLayers: WritableLayerSource;
}

interface ImageLayer {
  /** Docker's chain id. */
  readonly id: string;
  readonly sizeBytes: bigint;
  /** Where its files lie. */
  readonly folder: string;
}

interface Known {
  readonly version: number;
  readonly usedBytes: bigint;
  readonly layers: readonly ImageLayer[];
}

/** What docker's images take on the disk, each layer counted once however many images share it. */
export class ImageUsage {
  readonly #options: ImageUsageOptions;
  #known: Known | undefined;

  constructor(options: ImageUsageOptions) {
    this.#options = options;
  }

  /**
   * Returns the usage; `version` is a number that changes when the images may have, nothing is read anew before it does.
   * Throws Unavailable before docker was reached.
   */
  async fsInfo(version: number, signal: AbortSignal): Promise<ImageFsInfo> {
    const info = this.#options.info();
    const root = info?.DockerRootDir;
    if (root === undefined)
      throw new CriError("Unavailable", "docker was not reached since the start");
    const driver = info?.Driver ?? "";
    const known = await this.#read({ root, driver, version }, signal);
    const place = {
      timestampNanos: this.#options.clock.nowNanos(),
      mountpoint: await folderOf(root, driver),
    };
    const images: FilesystemUsage = {
      ...place,
      usedBytes: known.usedBytes,
      inodesUsed: this.#inodes(known.layers),
    };
    return {
      imageFilesystems: [images],
      containerFilesystems: [{ ...place, ...this.#options.writableLayers() }],
    };
  }

  async #read(
    at: { readonly root: string; readonly driver: string; readonly version: number },
    signal: AbortSignal,
  ): Promise<Known> {
    if (this.#known?.version === at.version) return this.#known;
    const layers = await readLayers(at.root, at.driver);
    const usedBytes =
      layers === undefined
        ? BigInt(await layersSize(this.#options.api, signal))
        : layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0n);
    const known = { version: at.version, usedBytes, layers: layers ?? [] };
    const ids = new Set(known.layers.map(({ id }) => id));
    for (const { id } of this.#known?.layers ?? [])
      if (!ids.has(id)) this.#options.imageLayers.forget(id);
    this.#known = known;
    return known;
  }

  /** Grows while layers are counted; what has no count yet is left out. */
  #inodes(layers: readonly ImageLayer[]): bigint {
    const counts = layers.map(({ id, folder }) => this.#options.imageLayers.usage(id, folder));
    return counts.reduce((sum, usage) => sum + (usage?.inodesUsed ?? 0n), 0n);
  }
}

/**
 * Reads docker's own books of layers: ROOT/image/DRIVER/layerdb/sha256/CHAIN/{size,cache-id}, unchanged from 1.10 to 28.
 * To ask docker 20.10 for the sum makes it measure every container too. undefined with another image store: then docker is asked.
 */
async function readLayers(
  root: string,
  driver: string,
): Promise<readonly ImageLayer[] | undefined> {
  const books = join(root, "image", driver, "layerdb", "sha256");
  try {
    const layers: ImageLayer[] = [];
    for (const id of await readdir(books)) {
      const [size, cacheId] = await Promise.all([
        readBook(join(books, id, "size")),
        readBook(join(books, id, "cache-id")),
      ]);
      // A layer that is being removed or registered has not all of its files.
      if (!/^\d+$/.test(size)) continue;
      layers.push({ id, sizeBytes: BigInt(size), folder: join(root, driver, cacheId, "diff") });
    }
    return layers;
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return undefined;
    throw CriError.from(thrown, `cannot read ${books}`);
  }
}

async function readBook(path: string): Promise<string> {
  return (await readFile(path, "latin1").catch(() => "")).trim();
}

/** The driver's folder, which is where layers lie, may be a file system of its own. */
async function folderOf(root: string, driver: string): Promise<string> {
  const folder = join(root, driver);
  return (await stat(folder).catch(() => undefined)) === undefined ? root : folder;
}
