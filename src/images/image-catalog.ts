import { CriError } from "../model/error.ts";
import { imageId } from "../model/ids.ts";
import type { Image } from "../model/image.ts";
import { imageUser } from "../model/image-lookup.ts";
import { parseReference, referenceName } from "../model/image-reference.ts";
import type { BlobFiles } from "./blob-files.ts";
import { type ImageConfig, maxConfigBytes, parseImageConfig } from "./image-config.ts";
import type { NamedManifest } from "./layout-index.ts";
import {
  type Descriptor,
  type ImageManifest,
  maxManifestBytes,
  type Platform,
  parseManifest,
} from "./manifest.ts";
import { choosePlatform } from "./platform.ts";

/** What a manifest of the store describes; all of it is read from the store and checked. */
export interface ImageContent {
  readonly manifest: ImageManifest;
  /** The manifest itself; of an index the one for this platform. */
  readonly descriptor: Descriptor;
  readonly config: ImageConfig;
}

/** An image with all its names. */
export interface StoredImage extends ImageContent {
  readonly image: Image;
}

/** Reads what the names of a store stand for. Content never changes under its digest, so each is read once. */
export class ImageCatalog {
  readonly #blobs: BlobFiles;
  readonly #platform: Platform;
  readonly #known = new Map<string, ImageContent>();

  constructor(blobs: BlobFiles, platform: Platform) {
    this.#blobs = blobs;
    this.#platform = platform;
  }

  /** Returns the images that names stand for, by id, and the names whose content is damaged or gone, with the reason. */
  async images(names: readonly NamedManifest[]): Promise<{
    readonly images: readonly StoredImage[];
    readonly broken: ReadonlyMap<string, CriError>;
  }> {
    const broken = new Map<string, CriError>();
    const byId = new Map<string, { content: ImageContent; names: NamedManifest[] }>();
    for (const named of names) {
      try {
        const content = await this.content(named.target);
        const id = content.manifest.config.digest;
        const entry = byId.get(id) ?? { content, names: [] };
        entry.names.push(named);
        byId.set(id, entry);
      } catch (thrown) {
        broken.set(named.name, CriError.from(thrown, named.name));
      }
    }
    this.#forgetOthers(names);
    return { images: [...byId.values()].map(storedImage), broken };
  }

  /** Returns what a manifest or an index describes for this platform. Throws NotFound or Internal when a part is gone or damaged. */
  async content(target: Descriptor): Promise<ImageContent> {
    const known = this.#known.get(target.digest);
    if (known !== undefined) return known;
    const content = await this.#read(target);
    this.#known.set(target.digest, content);
    return content;
  }

  async #read(target: Descriptor): Promise<ImageContent> {
    const bytes = await this.#blobs.document(target.digest, maxManifestBytes);
    const manifest = parseManifest(bytes, target.mediaType);
    if (manifest.kind === "index") {
      const chosen = choosePlatform(manifest, this.#platform);
      if (chosen === undefined)
        throw new CriError("NotFound", `${target.digest} has no image for this platform`);
      return await this.#read(chosen);
    }
    const config = await this.#blobs.document(manifest.config.digest, maxConfigBytes);
    return { manifest, descriptor: target, config: parseImageConfig(config) };
  }

  #forgetOthers(names: readonly NamedManifest[]): void {
    const wanted = new Set<string>(names.map(({ target }) => target.digest));
    for (const digest of this.#known.keys()) if (!wanted.has(digest)) this.#known.delete(digest);
  }
}

function storedImage(entry: {
  readonly content: ImageContent;
  readonly names: readonly NamedManifest[];
}): StoredImage {
  const { content, names } = entry;
  const { config, layers } = content.manifest;
  const tags = new Set<string>();
  const digests = new Set<string>();
  for (const { name, target } of names) {
    const reference = parseReference(name);
    if (reference.tag !== undefined) tags.add(`${referenceName(reference)}:${reference.tag}`);
    digests.add(`${referenceName(reference)}@${target.digest}`);
  }
  const blobs = [content.descriptor, config, ...layers];
  const image: Image = {
    id: imageId(config.digest),
    repoTags: [...tags],
    repoDigests: [...digests],
    sizeBytes: blobs.reduce((sum, { sizeBytes }) => sum + BigInt(sizeBytes), 0n),
    ...imageUser(content.config.user),
    pinned: false,
  };
  return { ...content, image };
}
