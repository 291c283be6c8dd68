import { createHash } from "node:crypto";
import { CriError } from "../../model/error.ts";
import type { ImageId } from "../../model/ids.ts";
import type { Image, ImageFsInfo, ImageSpec, RegistryAuth } from "../../model/image.ts";
import { findImage } from "../../model/image-lookup.ts";
import {
  formatReference,
  type ImageReference,
  parseReference,
} from "../../model/image-reference.ts";
import type { Clock, Log, Meter, Tracer } from "../../model/ports.ts";
import { registryAuthHeader } from "../../translate/docker/registry-auth.ts";
import type { ImageBackend } from "../backend.ts";
import type { DockerApi } from "./client.ts";
import { isNotFound } from "./errors.ts";
import { inspectImage } from "./image-calls.ts";
import { ImageMirror } from "./image-mirror.ts";
import { pullImage } from "./image-pull.ts";
import { removeImage } from "./image-removal.ts";
import type { ImageUsage } from "./image-usage.ts";
import { SharedWork } from "./shared-work.ts";

export interface DockerImagesOptions {
  readonly api: DockerApi;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly tracer?: Tracer | undefined;
  readonly usage: ImageUsage;
  /** The image that is shown as pinned. */
  readonly sandboxImage: string;
  /** How long a registry may send next to nothing before a pull fails; default a minute. */
  readonly pullStallMillis?: number;
}

const pullSeconds = "cri_ferry_image_pull_seconds";
const pullBytes = "cri_ferry_image_pull_bytes_total";
const pullsRunning = "cri_ferry_image_pulls_running";
const defaultStallMillis = 60_000;

/** Docker's images. Lists and statuses come from memory. */
export class DockerImages implements ImageBackend {
  readonly #options: DockerImagesOptions;
  readonly #mirror: ImageMirror;
  readonly #pulls = new SharedWork<Image>();
  #running = 0;

  constructor(options: DockerImagesOptions) {
    this.#options = options;
    this.#mirror = new ImageMirror(options);
    options.meter.count(pullBytes, { engine: "docker" }, 0);
    this.#count(0);
  }

  /** Takes an image event, or that the engine was connected again. */
  invalidate(): void {
    this.#mirror.invalidate();
  }

  /** Throws Unavailable or DeadlineExceeded when docker was never reached. */
  async list(signal: AbortSignal): Promise<readonly Image[]> {
    return await this.#mirror.images(signal);
  }

  /** Throws InvalidArgument when a short id fits several images, else as list. */
  async status(spec: ImageSpec, signal: AbortSignal): Promise<Image | undefined> {
    return findImage(await this.#mirror.images(signal), spec.image);
  }

  /** Throws InvalidArgument for what is no reference, and what `pullImage` throws. */
  async pull(spec: ImageSpec, auth: RegistryAuth, signal: AbortSignal): Promise<Image> {
    if (/^(?:sha256:)?[0-9a-f]{64}$/.test(spec.image)) return await this.#byId(spec, signal);
    const reference = parseReference(spec.image);
    const registryAuth = registryAuthHeader(auth);
    const name = formatReference(reference);
    // Who has no right to an image must not get it through another's pull.
    const key = createHash("sha256").update(`${name} ${registryAuth}`).digest("hex");
    return await this.#pulls.run(
      { key, name: `pull of ${name}` },
      (life) => this.#measured(name, () => this.#pull(reference, registryAuth, life)),
      signal,
    );
  }

  /** Throws FailedPrecondition naming the container that uses it. */
  async remove(id: ImageId, signal: AbortSignal): Promise<void> {
    const image = findImage(await this.#mirror.images(signal), id);
    if (image === undefined) return;
    try {
      await removeImage(this.#options.api, image, signal);
    } catch (thrown) {
      // Another call may have won in the meantime.
      if (findImage(await this.#mirror.readAfterNow(), id) !== undefined) throw thrown;
      return;
    }
    await this.#mirror.readAfterNow();
  }

  /** Throws Unavailable before docker was reached. */
  async fsInfo(signal: AbortSignal): Promise<ImageFsInfo> {
    await this.#mirror.images(signal);
    return await this.#options.usage.fsInfo(this.#mirror.version, signal);
  }

  /** `info`: what docker knows of the image. Throws NotFound. */
  async describe(id: ImageId, signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    try {
      const { Config, ...rest } = await inspectImage(this.#options.api, id, signal);
      return { info: JSON.stringify({ ...rest, imageSpec: { config: Config } }) };
    } catch (thrown) {
      if (!isNotFound(thrown)) throw thrown;
      throw new CriError("NotFound", `no image ${id}`, { cause: thrown });
    }
  }

  async #byId(spec: ImageSpec, signal: AbortSignal): Promise<Image> {
    const image = await this.status(spec, signal);
    if (image !== undefined) return image;
    throw new CriError("NotFound", `no image ${spec.image}: an id cannot be pulled, only a name`);
  }

  async #pull(
    reference: ImageReference,
    registryAuth: string | undefined,
    life: AbortSignal,
  ): Promise<Image> {
    const { api, clock, meter, pullStallMillis: stallMillis = defaultStallMillis } = this.#options;
    const name = formatReference(reference);
    const onBytes = (bytes: number): void => meter.count(pullBytes, { engine: "docker" }, bytes);
    await pullImage({ api, clock, reference, registryAuth, stallMillis, onBytes }, life);
    const image = findImage(await this.#mirror.readAfterNow(), name);
    if (image !== undefined) return image;
    throw new CriError("Unavailable", `docker ended the pull of ${name} without the image`);
  }

  async #measured(name: string, work: () => Promise<Image>): Promise<Image> {
    const { clock, meter, tracer } = this.#options;
    const begun = clock.monotonicMillis();
    let code = "OK";
    this.#count(1);
    try {
      if (tracer === undefined) return await work();
      return await tracer.part("image pull", { "container.image.name": name }, work);
    } catch (thrown) {
      code = CriError.from(thrown, "pull").kind;
      throw thrown;
    } finally {
      this.#count(-1);
      meter.observe(pullSeconds, (clock.monotonicMillis() - begun) / 1000, {
        engine: "docker",
        code,
      });
    }
  }

  #count(by: number): void {
    this.#running += by;
    this.#options.meter.gauge(pullsRunning, this.#running, { engine: "docker" });
  }
}
