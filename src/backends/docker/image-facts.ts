import type { Image } from "../../model/image.ts";
import type { DockerConfig, DockerImageInspect } from "../../translate/docker/api.ts";
import { readImage } from "../../translate/docker/image.ts";
import type { DockerApi } from "./client.ts";
import { isNotFound } from "./errors.ts";

/** What an image says of containers made from it, and where its files are. */
export interface ImageFacts {
  readonly image: Image;
  readonly config: DockerConfig;
  readonly graphDriver: DockerImageInspect["GraphDriver"];
}

const remembered = 256;

/** Images by id, which names their content: each is asked for once. */
export class ImageFactsCache {
  readonly #api: DockerApi;
  readonly #facts = new Map<string, ImageFacts>();

  constructor(api: DockerApi) {
    this.#api = api;
  }

  /** Returns the facts of an image, undefined when docker has it no more. Its names are as they were when it was first asked for. */
  async of(id: string, signal: AbortSignal): Promise<ImageFacts | undefined> {
    return this.#facts.get(id) ?? (await this.ask(id, signal));
  }

  /** The same, asked for anew: an image that was removed and pulled again has its id and other folders. */
  async ask(id: string, signal: AbortSignal): Promise<ImageFacts | undefined> {
    try {
      const path = `/images/${encodeURIComponent(id)}/json`;
      const inspect = (await this.#api.call({ method: "GET", path }, signal)) as DockerImageInspect;
      return this.#keep(id, inspect);
    } catch (thrown) {
      if (isNotFound(thrown)) return undefined;
      throw thrown;
    }
  }

  #keep(id: string, inspect: DockerImageInspect): ImageFacts {
    const { Config, GraphDriver: graphDriver } = inspect;
    const facts = { image: readImage(inspect, false), config: Config ?? {}, graphDriver };
    this.#facts.set(id, facts);
    const oldest = this.#facts.keys().next();
    if (this.#facts.size > remembered && !oldest.done) this.#facts.delete(oldest.value);
    return facts;
  }
}
