import { abandonable } from "../../host/abandonable.ts";
import type { ImageId } from "../../model/ids.ts";
import type { Image } from "../../model/image.ts";
import { findImage } from "../../model/image-lookup.ts";
import type { Clock, Log } from "../../model/ports.ts";
import { readImage, readImageListEntry } from "../../translate/docker/image.ts";
import type { DockerApi } from "./client.ts";
import { isNotFound, statusOf } from "./errors.ts";
import { inspectImage, listImages } from "./image-calls.ts";

export interface ImageMirrorOptions {
  readonly api: DockerApi;
  readonly clock: Clock;
  readonly log: Log;
  /** The image that is shown as pinned. */
  readonly sandboxImage: string;
}

type User = Pick<Image, "uid" | "username">;

const unknownUser: User = { uid: undefined, username: "" };

/** An event that dockerd lost is made up for by then. */
const maxAgeMillis = 60_000;
/** An engine that fails is not asked at every call. */
const retryMillis = 1_000;
const readMillis = 30_000;

/**
 * Docker's images in memory. A list costs nothing once it was read; image events make it read anew in the background, one
 * listing for any number of events, and one inspect for each image that was not there before.
 */
export class ImageMirror {
  readonly #options: ImageMirrorOptions;
  readonly #users = new Map<ImageId, User>();
  #images: readonly Image[] | undefined;
  /** Moves with every reading. */
  #version = 0;
  /** Moves with every sign that the images changed. */
  #wanted = 1;
  #read = 0;
  #readAtMillis = Number.NEGATIVE_INFINITY;
  #failedAtMillis = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;

  constructor(options: ImageMirrorOptions) {
    this.#options = options;
  }

  /** A number that changes when the images may have. */
  get version(): number {
    return this.#version;
  }

  /** Takes a sign that images came, went or changed their names, or that the engine is there again. */
  invalidate(): void {
    this.#wanted += 1;
    this.#failedAtMillis = Number.NEGATIVE_INFINITY;
    this.#readInBackground();
  }

  /** Returns what is known; waits only for the first reading. Throws what the engine's call throws, or Cancelled. */
  async images(signal: AbortSignal): Promise<readonly Image[]> {
    if (this.#images === undefined)
      return await abandonable(this.readAfterNow(), signal, "docker's images");
    const age = this.#options.clock.monotonicMillis() - this.#readAtMillis;
    if (age > maxAgeMillis) this.#wanted = Math.max(this.#wanted, this.#read + 1);
    this.#readInBackground();
    return this.#images;
  }

  /** Returns the images of a reading that began after this call, so that it shows what the caller has just done. */
  async readAfterNow(): Promise<readonly Image[]> {
    this.#wanted += 1;
    const wanted = this.#wanted;
    while (this.#read < wanted || this.#images === undefined) await this.#readOnce();
    return this.#images;
  }

  #readInBackground(): void {
    const { clock, log } = this.#options;
    const isFresh = this.#read >= this.#wanted;
    const failedAgo = clock.monotonicMillis() - this.#failedAtMillis;
    if (isFresh || this.#reading !== undefined || failedAgo < retryMillis) return;
    this.#readOnce().then(
      () => this.#readInBackground(),
      (thrown: unknown) => log.warn("docker's images could not be listed", { err: String(thrown) }),
    );
  }

  /** Joins the reading under way, or begins one. */
  #readOnce(): Promise<void> {
    this.#reading ??= this.#readNow()
      .catch((thrown: unknown) => {
        this.#failedAtMillis = this.#options.clock.monotonicMillis();
        throw thrown;
      })
      .finally(() => {
        this.#reading = undefined;
      });
    return this.#reading;
  }

  async #readNow(): Promise<void> {
    const { api, clock, sandboxImage } = this.#options;
    const wanted = this.#wanted;
    const signal = AbortSignal.timeout(readMillis);
    const listed = (await listImages(api, signal)).map((entry) => readImageListEntry(entry, false));
    const images: Image[] = [];
    for (const image of listed) {
      const user = this.#users.get(image.id) ?? (await this.#readUser(image.id, signal));
      if (user === undefined) continue;
      if (user !== unknownUser) this.#users.set(image.id, user);
      images.push({ ...image, ...user, pinned: findImage([image], sandboxImage) !== undefined });
    }
    const ids = new Set(images.map(({ id }) => id));
    for (const id of this.#users.keys()) if (!ids.has(id)) this.#users.delete(id);
    this.#images = images;
    this.#read = wanted;
    this.#version += 1;
    this.#readAtMillis = clock.monotonicMillis();
  }

  /** An image's configuration never changes, only its names do. undefined when it has gone since the list. */
  async #readUser(id: ImageId, signal: AbortSignal): Promise<User | undefined> {
    try {
      const { uid, username } = readImage(await inspectImage(this.#options.api, id, signal), false);
      return { uid, username };
    } catch (thrown) {
      if (isNotFound(thrown)) return undefined;
      // Docker lists it and cannot show it: one such image must not hide the others. Asked again next time.
      if (statusOf(thrown) !== undefined) return unknownUser;
      throw thrown;
    }
  }
}
