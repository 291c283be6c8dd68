import type { ImageStore } from "../../images/image-store.ts";
import { CriError } from "../../model/error.ts";
import type { ImageId } from "../../model/ids.ts";
import type { Image, ImageFsInfo, ImageSpec, RegistryAuth } from "../../model/image.ts";
import { parseReference } from "../../model/image-reference.ts";
import type { Clock } from "../../model/ports.ts";
import type { ImageBackend } from "../backend.ts";

export interface NativeImagesOptions {
  readonly store: ImageStore;
  readonly clock: Clock;
}

/** The native engine's images: those of our own store. */
export class NativeImages implements ImageBackend {
  readonly #options: NativeImagesOptions;

  constructor(options: NativeImagesOptions) {
    this.#options = options;
  }

  async list(): Promise<readonly Image[]> {
    return (await this.#options.store.list()).map(({ image }) => image);
  }

  async status({ image }: ImageSpec): Promise<Image | undefined> {
    return (await this.#options.store.find(image))?.image;
  }

  async pull({ image }: ImageSpec, auth: RegistryAuth, signal: AbortSignal): Promise<Image> {
    const { store } = this.#options;
    const stored = await store.pull({ reference: parseReference(image), auth }, signal);
    // A pod that starts is not to wait for it.
    await store.unpack(stored, signal);
    return stored.image;
  }

  async remove(id: ImageId, signal: AbortSignal): Promise<void> {
    await this.#options.store.remove(id, signal);
  }

  async fsInfo(): Promise<ImageFsInfo> {
    const { store, clock } = this.#options;
    const usage = {
      timestampNanos: clock.nowNanos(),
      mountpoint: store.root,
      ...(await store.usage()),
    };
    return { imageFilesystems: [usage], containerFilesystems: [usage] };
  }

  async describe(id: ImageId): Promise<Readonly<Record<string, string>>> {
    const stored = await this.#options.store.find(id);
    if (stored === undefined) throw new CriError("NotFound", `no image ${id}`);
    const { manifest, config } = stored;
    return { manifest: JSON.stringify(manifest), config: JSON.stringify(config) };
  }
}
