import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { waitForLock } from "../host/file-lock.ts";
import { KeyedMutex } from "../host/mutex.ts";
import { syncDisk } from "../host/sync-disk.ts";
import { CriError, errnoOf } from "../model/error.ts";
import type { BlobFiles } from "./blob-files.ts";
import { forEachUntilFailure } from "./bounded-work.ts";
import { type Digest, partsOf } from "./digest.ts";
import { parseObject } from "./json-value.ts";
import { extractLayer, type LayerFacts } from "./layer-extraction.ts";
import type { Descriptor } from "./manifest.ts";
import { type Compression, layerCompressions } from "./media-types.ts";

/** A layer of an image: its blob, and the digest of the tar within. */
export interface Layer {
  readonly blob: Descriptor;
  readonly diffId: Digest;
}

/** How many layers are unpacked at once: each takes a core or two. */
const maxUnpacking = 2;

/**
 * Unpacked layers by the digest of their tar, so that images share them whatever they lie on:
 * ```
 *   ROOT/layers/<hex>/files        what the layer adds, with overlay's marks for what it takes away
 *   ROOT/layers/<hex>/layer.json   how large it is, and what it takes away for those who have no overlay
 *   ROOT/layers/.new-XXXXXX        being unpacked, or left by a crash
 *   ROOT/l/<12 hex>                a link to files: a mount's options have 4096 bytes, for 127 layers
 * ```
 * One appears by rename, whole and on the disk, or not at all.
 */
export class LayerFolders {
  readonly #root: string;
  readonly #blobs: BlobFiles;
  readonly #locks = new KeyedMutex();
  readonly #known = new Map<Digest, LayerFacts>();

  constructor(root: string, blobs: BlobFiles) {
    this.#root = root;
    this.#blobs = blobs;
  }

  /** Makes the folders. Throws ResourceExhausted on a full or read-only disk. */
  async prepare(): Promise<void> {
    try {
      for (const folder of ["layers", "l", "mnt"])
        await mkdir(join(this.#root, folder), { recursive: true, mode: 0o700 });
    } catch (thrown) {
      throw CriError.from(thrown, `cannot make the image store ${this.#root}`);
    }
  }

  /** Where a layer's files are once it is unpacked. */
  files(diffId: Digest): string {
    return join(this.#folder(diffId), "files");
  }

  /** Returns a short path of a layer's files, relative to the store. Throws Internal when the link cannot be made. */
  async shortPath(diffId: Digest): Promise<string> {
    const { hex } = partsOf(diffId);
    const target = join("..", "layers", hex, "files");
    for (let length = 12; length <= hex.length; length += 12) {
      const name = join("l", hex.slice(0, length));
      if (await isLink(join(this.#root, name), target)) return name;
    }
    throw new CriError("Internal", `layer ${diffId} has no short path`);
  }

  /** Unpacks those layers that are not yet; returns when all are on the disk. Throws as extractLayer. */
  async unpack(layers: readonly Layer[], signal: AbortSignal): Promise<void> {
    const distinct = new Map(layers.map((layer) => [layer.diffId, layer]));
    const ensure = (layer: Layer, limit: AbortSignal) => this.#ensure(layer, limit);
    await forEachUntilFailure([...distinct.values()], ensure, { atOnce: maxUnpacking, signal });
  }

  /** Returns what those layers that are unpacked take, in addition to `packed`. */
  async usage(
    diffIds: ReadonlySet<Digest>,
    packed: { readonly usedBytes: bigint; readonly inodesUsed: bigint },
  ): Promise<{ readonly usedBytes: bigint; readonly inodesUsed: bigint }> {
    let { usedBytes, inodesUsed } = packed;
    for (const diffId of diffIds) {
      const facts = await this.#facts(diffId).catch(() => undefined);
      usedBytes += BigInt(facts?.sizeBytes ?? 0);
      inodesUsed += BigInt(facts?.members ?? 0);
    }
    return { usedBytes, inodesUsed };
  }

  /** Removes all but those, and what crashes left. Nobody may use the store meanwhile. */
  async retain(diffIds: ReadonlySet<Digest>): Promise<void> {
    const kept = new Set([...diffIds].map((diffId) => partsOf(diffId).hex));
    for (const name of await readdir(join(this.#root, "layers"))) {
      if (kept.has(name)) continue;
      await rm(join(this.#root, "layers", name), { recursive: true, force: true });
    }
    for (const name of await readdir(join(this.#root, "l"))) {
      const target = await readlink(join(this.#root, "l", name));
      if (!kept.has(target.split("/")[2] ?? "")) await rm(join(this.#root, "l", name));
    }
  }

  #folder(diffId: Digest): string {
    return join(this.#root, "layers", partsOf(diffId).hex);
  }

  async #ensure(layer: Layer, signal: AbortSignal): Promise<void> {
    await this.#locks.run(
      layer.diffId,
      async () => {
        if (await this.#isThere(layer.diffId)) return;
        const path = join(this.#root, "layers", `${partsOf(layer.diffId).hex}.lock`);
        await using _lock = await waitForLock(path, "exclusive", signal);
        // Another process may have done it while we waited.
        if (!(await this.#isThere(layer.diffId))) await this.#unpack(layer, signal);
        await rm(path, { force: true });
      },
      signal,
    );
  }

  /** What was noted of a layer as it was unpacked, from memory once read: it never changes. */
  async #facts(diffId: Digest): Promise<LayerFacts> {
    const known = this.#known.get(diffId);
    if (known !== undefined) return known;
    const path = join(this.#folder(diffId), "layer.json");
    const facts = parseObject(await readFile(path), path) as unknown as LayerFacts;
    this.#known.set(diffId, facts);
    return facts;
  }

  async #isThere(diffId: Digest): Promise<boolean> {
    try {
      await readFile(join(this.#folder(diffId), "layer.json"));
      return true;
    } catch (thrown) {
      if (errnoOf(thrown) === "ENOENT") return false;
      throw CriError.from(thrown, `layer ${diffId}`);
    }
  }

  async #unpack({ blob, diffId }: Layer, signal: AbortSignal): Promise<void> {
    const compression = compressionOf(blob);
    const folder = await mkdtemp(join(this.#root, "layers", ".new-"));
    try {
      const files = join(folder, "files");
      // Lower layers are the container's root: its owner and mode are what a container sees where no layer says otherwise.
      await mkdir(files, { mode: 0o755 });
      const mountPoint = join(this.#root, "mnt");
      const packed = this.#blobs.stream(blob.digest);
      const extraction = { blob: packed, compression, diffId, folder: files, mountPoint };
      const facts = await extractLayer(extraction, signal);
      await writeFile(join(folder, "layer.json"), JSON.stringify(facts), { mode: 0o600 });
      await syncDisk(folder, signal);
      await rename(folder, this.#folder(diffId));
    } catch (thrown) {
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
      throw CriError.from(thrown, `cannot unpack ${blob.digest}`);
    }
  }
}

function compressionOf({ mediaType }: Descriptor): Compression {
  const compression = layerCompressions.get(mediaType);
  if (compression !== undefined) return compression;
  throw new CriError("Unimplemented", `layer: ${mediaType} is no layer that can be unpacked`);
}

/** Makes the link where there is none; returns whether it leads where it should. Two layers may begin alike. */
async function isLink(path: string, target: string): Promise<boolean> {
  try {
    await symlink(target, path);
    return true;
  } catch (thrown) {
    if (errnoOf(thrown) !== "EEXIST") throw CriError.from(thrown, `cannot make ${path}`);
    return (await readlink(path)) === target;
  }
}
