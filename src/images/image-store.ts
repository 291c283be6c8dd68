import type { Readable, Writable } from "node:stream";
import { CriError } from "../model/error.ts";
import type { ImageId } from "../model/ids.ts";
import type { RegistryAuth } from "../model/image.ts";
import { findImage } from "../model/image-lookup.ts";
import { canonicalText, formatReference, type ImageReference } from "../model/image-reference.ts";
import type { Clock, Log } from "../model/ports.ts";
import { loadArchive } from "./archive-load.ts";
import { type SavedImage, saveArchive } from "./archive-save.ts";
import { BlobFiles } from "./blob-files.ts";
import { collectBlobs } from "./blob-garbage.ts";
import type { RegistryHosts } from "./hosts/registry-hosts.ts";
import { ImageCatalog, type StoredImage } from "./image-catalog.ts";
import { fetchImage } from "./image-fetch.ts";
import { LayerFolders } from "./layer-folders.ts";
import { LayoutIndex } from "./layout-index.ts";
import type { Descriptor, Platform } from "./manifest.ts";
import { PullProgress } from "./pull-progress.ts";
import { RegistryClient } from "./registry/registry-client.ts";
import { StoreLock } from "./store-lock.ts";

export interface ImageStoreOptions {
  /** An OCI image layout, made when it is not there. */
  readonly root: string;
  readonly hosts: RegistryHosts;
  readonly platform: Platform;
  /** A pull ends when so long nothing comes. */
  readonly stallMillis: number;
  /** Downloads at once. */
  readonly maxDownloads: number;
  readonly clock: Clock;
  readonly log: Log;
}

export interface PullRequest {
  readonly reference: ImageReference;
  readonly auth: RegistryAuth;
}

/** Folders to lay one over the other. */
export interface Lowers {
  /** What the paths are relative to. */
  readonly root: string;
  readonly paths: readonly string[];
}

/**
 * Our own images: names, manifests and packed layers in an OCI image layout that other programs read, and that several processes
 * may change at once.
 */
export class ImageStore {
  readonly #options: ImageStoreOptions;
  readonly #blobs: BlobFiles;
  readonly #index: LayoutIndex;
  readonly #catalog: ImageCatalog;
  readonly #layers: LayerFolders;
  readonly #lock: StoreLock;

  private constructor(options: ImageStoreOptions) {
    const { root, platform } = options;
    this.#options = options;
    this.#blobs = new BlobFiles(root);
    this.#index = new LayoutIndex(root);
    this.#catalog = new ImageCatalog(this.#blobs, platform);
    this.#layers = new LayerFolders(root, this.#blobs);
    this.#lock = new StoreLock(root);
  }

  /** Opens a store, made when it is not there. Throws ResourceExhausted on a full or read-only disk. */
  static async open(options: ImageStoreOptions, signal: AbortSignal): Promise<ImageStore> {
    const store = new ImageStore(options);
    await store.#blobs.prepare();
    await store.#layers.prepare();
    await store.#index.prepare(signal);
    return store;
  }

  /** The store's folder. */
  get root(): string {
    return this.#options.root;
  }

  /** Returns what the images take on the disk, packed and unpacked, from what was noted as they came. */
  async usage(): Promise<{ readonly usedBytes: bigint; readonly inodesUsed: bigint }> {
    const images = await this.list();
    const packed = await this.#blobs.usage();
    const diffIds = new Set(images.flatMap(({ config }) => config.diffIds));
    return await this.#layers.usage(diffIds, packed);
  }

  /** Returns all images. One whose content is damaged is left out and told to the log: a pull mends it. */
  async list(): Promise<readonly StoredImage[]> {
    const { images, broken } = await this.#catalog.images(await this.#index.names());
    for (const [name, error] of broken)
      this.#options.log.warn("image in the store is damaged", { image: name, err: error.message });
    return images;
  }

  /** Returns the image by id, short id, tag or digest; undefined when there is none. */
  async find(text: string): Promise<StoredImage | undefined> {
    const stored = await this.list();
    const found = findImage(
      stored.map(({ image }) => image),
      text,
    );
    return stored.find(({ image }) => image === found);
  }

  /** Brings an image and names it. Throws NotFound, PermissionDenied, Unavailable, DeadlineExceeded, ResourceExhausted. */
  async pull({ reference, auth }: PullRequest, signal: AbortSignal): Promise<StoredImage> {
    const { clock, stallMillis, hosts } = this.#options;
    const name = nameOf(reference);
    using progress = new PullProgress({ clock, stallMillis, name });
    const either = AbortSignal.any([signal, progress.signal]);
    await using _lease = await this.#lock.shared(either);
    using clients = new DisposableStack();
    const sources = (await hosts.of(reference))
      .filter(({ capabilities }) => capabilities.has("pull"))
      .map((host) => clients.use(new RegistryClient({ host, auth, clock })));
    const { platform, maxDownloads } = this.#options;
    const fetch = { sources, blobs: this.#blobs, platform, progress, maxDownloads };
    const target = await fetchImage(fetch, reference.digest ?? reference.tag ?? "latest", either);
    await this.#name(name, target, signal);
    return await this.#named(name);
  }

  /** Reads the images of a tar archive, as docker, podman and skopeo save them, under the names that they have there. Throws as loadArchive. */
  async load(archive: Readable, signal: AbortSignal): Promise<readonly StoredImage[]> {
    await using _lease = await this.#lock.shared(signal);
    const loaded = await loadArchive(this.#blobs, archive, signal);
    // Nothing gets a name that cannot be used by it.
    const { images } = await this.#catalog.images(loaded);
    const names = new Set(loaded.map(({ name }) => name));
    if (images.length === 0)
      throw new CriError("InvalidArgument", "archive: its images are not whole");
    await this.#index.change(
      (known) => [...known.filter(({ name }) => !names.has(name)), ...loaded],
      signal,
    );
    return images;
  }

  /** Writes images as one tar archive, each under the names that it is asked for by. Throws NotFound for one that is not there. */
  async save(texts: readonly string[], output: Writable, signal: AbortSignal): Promise<void> {
    await using _lease = await this.#lock.shared(signal);
    const saved = await Promise.all(texts.map((text) => this.#savedAs(text)));
    await saveArchive(this.#blobs, saved, output);
  }

  /** Unpacks an image's layers; returns their folders, the lowest first. Throws ResourceExhausted, InvalidArgument for damaged layers. */
  async unpack({ manifest, config }: StoredImage, signal: AbortSignal): Promise<readonly string[]> {
    await using _lease = await this.#lock.shared(signal);
    const layers = manifest.layers.flatMap((blob, at) => {
      const diffId = config.diffIds[at];
      return diffId === undefined ? [] : [{ blob, diffId }];
    });
    await this.#layers.unpack(layers, signal);
    return layers.map(({ diffId }) => this.#layers.files(diffId));
  }

  /** Unpacks an image and returns its layers as overlay wants them: short paths from the store's root, the topmost first. Throws as `unpack`. */
  async lowers(image: StoredImage, signal: AbortSignal): Promise<Lowers> {
    await this.unpack(image, signal);
    const paths = await Promise.all(
      image.config.diffIds.map((diffId) => this.#layers.shortPath(diffId)),
    );
    return { root: this.#options.root, paths: paths.toReversed() };
  }

  /** Removes an image with all its names. Its content goes when nothing else needs it. A missing one is no error. */
  async remove(id: ImageId, signal: AbortSignal): Promise<void> {
    const stored = (await this.list()).find(({ image }) => image.id === id);
    if (stored === undefined) return;
    const { repoTags, repoDigests } = stored.image;
    const gone = new Set([...repoTags, ...repoDigests]);
    const keep = (name: string): boolean => !gone.has(name);
    await this.#index.change((names) => names.filter(({ name }) => keep(name)), signal);
    await this.collect(signal);
  }

  /** Removes content that no name needs, unless somebody brings or uses some right now. Returns how many bytes it freed. */
  async collect(signal: AbortSignal): Promise<number> {
    const alone = await this.#lock.alone(signal);
    if (alone === undefined) return 0;
    await using _held = alone;
    const names = await this.#index.names();
    const { images } = await this.#catalog.images(names);
    await this.#layers.retain(new Set(images.flatMap(({ config }) => config.diffIds)));
    return await collectBlobs(this.#blobs, names);
  }

  async #savedAs(text: string): Promise<SavedImage> {
    const stored = await this.find(text);
    if (stored === undefined) throw new CriError("NotFound", `no image ${text} in the store`);
    const { repoTags } = stored.image;
    const asked = repoTags.filter((tag) => tag === canonicalText(text));
    return { stored, names: asked.length > 0 ? asked : repoTags };
  }

  async #name(name: string, target: Descriptor, signal: AbortSignal): Promise<void> {
    await this.#index.change((names) => {
      const others = names.filter((named) => named.name !== name);
      return [...others, { name, target }];
    }, signal);
  }

  async #named(name: string): Promise<StoredImage> {
    const found = await this.find(name);
    if (found !== undefined) return found;
    throw new CriError("Aborted", `${name} was removed as soon as it was pulled`);
  }
}

/** A digest says more than the tag beside it, which is dropped, as docker does. */
function nameOf(reference: ImageReference): string {
  return formatReference(
    reference.digest === undefined ? reference : { ...reference, tag: undefined },
  );
}
