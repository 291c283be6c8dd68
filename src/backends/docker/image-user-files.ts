import { randomUUID } from "node:crypto";
import { posix } from "node:path";
import type { ContainerUser } from "../../model/container.ts";
import { CriError } from "../../model/error.ts";
import { resolveImageUser } from "../../model/image-user.ts";
import type { DockerContainerListEntry, DockerCreate } from "../../translate/docker/api.ts";
import type { DockerApi } from "./client.ts";
import { createContainer, removeContainer } from "./container-calls.ts";
import { isNotFound } from "./errors.ts";
import { bytesOf } from "./transport.ts";

interface UserFiles {
  readonly passwd: string;
  readonly group: string;
}

const maxLinks = 8;
const maxFileBytes = 4 << 20;
const tarBlock = 512;
const remembered = 64;
const cleanUpMillis = 30_000;
/** On our containers, with the life of this program that made them. A kubelet's label they have not. */
const scratchLabel = "io.cri-ferry.scratch";

/**
 * The /etc/passwd and /etc/group of images, read through docker's archive call on a container that is never started: the only way
 * that every storage driver has. Once an image.
 */
export class ImageUserFiles {
  readonly #api: DockerApi;
  readonly #life = randomUUID();
  readonly #files = new Map<string, Promise<UserFiles>>();

  constructor(api: DockerApi) {
    this.#api = api;
  }

  /** Returns who the image's files make of a user (`uid`, `name`, `uid:gid` …). Throws as `resolveImageUser` and docker do. */
  async resolve(image: string, user: string, signal: AbortSignal): Promise<ContainerUser> {
    const reading = this.#files.get(image) ?? this.#keep(image, this.#read(image, signal));
    return resolveImageUser({ user, ...(await reading) });
  }

  /** Removes the containers that a killed process left: they keep their images from being removed. Throws as docker's calls do. */
  async sweep(signal: AbortSignal): Promise<void> {
    const query = { all: 1, filters: { label: [scratchLabel] } };
    const answer = await this.#api.call({ method: "GET", path: "/containers/json", query }, signal);
    for (const { Id, Labels } of answer as readonly DockerContainerListEntry[]) {
      const life = Labels?.[scratchLabel];
      if (life !== undefined && life !== this.#life) await removeContainer(this.#api, Id, signal);
    }
  }

  #keep(image: string, reading: Promise<UserFiles>): Promise<UserFiles> {
    this.#files.set(image, reading);
    reading.catch(() => this.#files.delete(image));
    const oldest = this.#files.keys().next();
    if (this.#files.size > remembered && !oldest.done) this.#files.delete(oldest.value);
    return reading;
  }

  async #read(image: string, signal: AbortSignal): Promise<UserFiles> {
    const Labels = { [scratchLabel]: this.#life };
    const body = { Image: image, Cmd: ["/"], NetworkDisabled: true, Labels, HostConfig: {} };
    const create: DockerCreate = { name: "", body };
    const id = await createContainer(this.#api, create, signal);
    try {
      const [passwd, group] = await Promise.all([
        this.#file(id, "/etc/passwd", signal),
        this.#file(id, "/etc/group", signal),
      ]);
      return { passwd, group };
    } finally {
      await removeContainer(this.#api, id, AbortSignal.timeout(cleanUpMillis));
    }
  }

  /** Docker follows links to folders, not one that the path itself is. A missing file is empty. */
  async #file(id: string, path: string, signal: AbortSignal): Promise<string> {
    let at = path;
    for (let links = 0; links < maxLinks; links += 1) {
      const entry = await this.#entry(id, at, signal);
      if (entry === undefined) return "";
      if (entry.link === "") return entry.text;
      at = posix.resolve(posix.dirname(at), entry.link);
    }
    throw new CriError("FailedPrecondition", `${path} of the image is a chain of links`);
  }

  async #entry(id: string, path: string, signal: AbortSignal): Promise<TarEntry | undefined> {
    try {
      const request = {
        method: "GET",
        path: `/containers/${id}/archive`,
        query: { path },
      } as const;
      return parseTar(await bytesOf(await this.#api.open(request, signal), maxFileBytes));
    } catch (thrown) {
      if (isNotFound(thrown)) return undefined;
      throw thrown;
    }
  }
}

interface TarEntry {
  /** Empty for what is no link. */
  readonly link: string;
  readonly text: string;
}

/** The first entry of a ustar archive: size in octal at 124, kind at 156 (`2`: symbolic link), link target at 157. */
function parseTar(archive: Buffer): TarEntry {
  const size = Number.parseInt(archive.toString("latin1", 124, 136), 8) || 0;
  const isLink = archive.toString("latin1", 156, 157) === "2";
  const [link = ""] = archive.toString("utf8", 157, 257).split("\0");
  return {
    link: isLink ? link : "",
    text: archive.toString("utf8", tarBlock, tarBlock + size),
  };
}
