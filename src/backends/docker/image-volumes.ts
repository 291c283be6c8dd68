import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, realpath, rm, rmdir, stat } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { exec } from "../../host/exec.ts";
import { KeyedMutex } from "../../host/mutex.ts";
import type { Container, ContainerConfig } from "../../model/container.ts";
import { CriError, errnoOf } from "../../model/error.ts";
import type { Mount } from "../../model/mount.ts";
import type { ImageFacts } from "./image-facts.ts";

/** One image to be mounted for a container. */
export interface ImageVolume {
  readonly mount: Mount;
  readonly facts: ImageFacts;
}

const mountMillis = 20_000;

/**
 * Images as folders, for engines that cannot mount them: a read-only overlay of the image's layers as docker's graph driver keeps
 * them, one a mount of a container:
 * ```
 *   ROOT/empty               a lower layer: an overlay needs two
 *   ROOT/<key>/<n>           the mounts of one container; the key is made of its sandbox and name, so it is known before docker
 *                            gives an id, and found again after a restart
 * ```
 */
export class ImageVolumes {
  readonly #root: string;
  readonly #locks = new KeyedMutex();
  /** Keys of this life: perhaps of a container that is still being created. */
  readonly #provided = new Set<string>();
  #keys: Promise<Set<string>> | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  /**
   * Mounts images and returns the folder to bind for each container path. Throws FailedPrecondition where the engine does not tell
   * the layers, NotFound for a sub-path that is not there, Internal with mount's words; `release` cleans up in each case.
   */
  async provide(
    key: string,
    volumes: readonly ImageVolume[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, string>> {
    if (volumes.length === 0) return new Map();
    return await this.#locks.run(key, () => this.#provideLocked(key, volumes, signal), signal);
  }

  async #provideLocked(
    key: string,
    volumes: readonly ImageVolume[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, string>> {
    const folders = new Map<string, string>();
    await this.#releaseLocked(key, signal);
    (await this.#known()).add(key);
    this.#provided.add(key);
    for (const [index, { mount, facts }] of volumes.entries()) {
      const folder = join(this.#root, key, String(index));
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await this.#mount(layersOf(mount, facts), folder, signal);
      folders.set(mount.containerPath, await subFolder(mount, folder));
    }
    return folders;
  }

  /** Unmounts all of a container's; nothing to do for one that has none. */
  async release(key: string, signal: AbortSignal): Promise<void> {
    await this.#locks.run(key, () => this.#releaseLocked(key, signal), signal);
  }

  async #releaseLocked(key: string, signal: AbortSignal): Promise<void> {
    const known = await this.#known();
    if (!known.has(key)) return;
    for (const index of await entriesOf(join(this.#root, key))) {
      const folder = join(this.#root, key, index);
      await run("umount", [folder], { cwd: this.#root, signal, mayFail: true });
      // Not recursive: were it still mounted, the image's files would go.
      await rmdir(folder);
    }
    await rm(join(this.#root, key), { recursive: true, force: true });
    known.delete(key);
    this.#provided.delete(key);
  }

  /** Unmounts what an earlier life mounted and no container is left for. */
  async sweep(alive: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    for (const key of [...(await this.#known())].filter((one) => !alive.has(one))) {
      await this.#locks.run(
        key,
        async () => {
          if (!this.#provided.has(key)) await this.#releaseLocked(key, signal);
        },
        signal,
      );
    }
  }

  /** Layers are named relative to their common folder, by the short links that docker has there: an option fits one page of 4096 bytes. */
  async #mount(layers: readonly string[], folder: string, signal: AbortSignal): Promise<void> {
    const empty = join(this.#root, "empty");
    await mkdir(empty, { recursive: true, mode: 0o755 });
    const graphFolder = dirname(dirname(layers[0] ?? ""));
    const names = await Promise.all(layers.map(shortName));
    const lower = [...names, empty].map((name) => name.replace(/[\\,:]/g, "\\$&")).join(":");
    const options = `ro,lowerdir=${lower}`;
    const args = ["-t", "overlay", "overlay", "-o", options, folder];
    await run("mount", args, { cwd: graphFolder, signal, mayFail: false });
  }

  /** The root's entries, read once: what a killed process left is found again. */
  #known(): Promise<Set<string>> {
    this.#keys ??= entriesOf(this.#root)
      .then((names) => new Set(names.filter((name) => name !== "empty")))
      .catch((thrown: unknown) => {
        this.#keys = undefined;
        throw thrown;
      });
    return this.#keys;
  }
}

/** Returns the key of a container's image volumes. */
export function imageVolumeKey(
  sandboxId: string,
  { metadata }: Pick<ContainerConfig | Container["config"], "metadata">,
): string {
  const name = JSON.stringify([sandboxId, metadata.name, metadata.attempt]);
  return createHash("sha256").update(name).digest("hex").slice(0, 32);
}

/** The image's layers, the newest first. */
function layersOf(mount: Mount, { graphDriver }: ImageFacts): readonly string[] {
  const { UpperDir, LowerDir } = graphDriver?.Data ?? {};
  if (graphDriver?.Name === "overlay2" && UpperDir !== undefined) {
    return [UpperDir, ...(LowerDir ?? "").split(":").filter((folder) => folder !== "")];
  }
  const message = `mounts ${mount.containerPath}: docker mounts no images before 28, and its storage driver ${graphDriver?.Name ?? ""} does not show an image's folders as overlay2 does`;
  throw new CriError("FailedPrecondition", message);
}

/** `/…/overlay2/<id>/diff` → `l/<short>`, which the file `link` beside it names. */
async function shortName(layer: string): Promise<string> {
  try {
    return `l/${(await readFile(join(dirname(layer), "link"), "utf8")).trim()}`;
  } catch {
    return join(basename(dirname(layer)), basename(layer));
  }
}

/** The image is anybody's: a link in it may not lead out of it. */
async function subFolder({ containerPath, imageSubPath }: Mount, folder: string): Promise<string> {
  if (imageSubPath === "") return folder;
  const wrong = `mounts ${containerPath}: imageSubPath ${imageSubPath}`;
  try {
    const real = await realpath(join(folder, imageSubPath));
    if (real !== folder && !real.startsWith(folder + sep)) {
      throw new CriError("InvalidArgument", `${wrong} leads out of the image`);
    }
    if ((await stat(real)).isDirectory()) return real;
    throw new CriError("InvalidArgument", `${wrong} is no folder of the image`);
  } catch (thrown) {
    if (errnoOf(thrown) !== "ENOENT") throw CriError.from(thrown, wrong);
    throw new CriError("NotFound", `${wrong} is not in the image`, { cause: thrown });
  }
}

async function entriesOf(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return [];
    throw CriError.from(thrown, `cannot read ${folder}`);
  }
}

async function run(
  file: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly signal: AbortSignal; readonly mayFail: boolean },
): Promise<void> {
  const { cwd, signal, mayFail } = options;
  // The newer system calls take no option beyond 256 bytes (fsconfig(2)); util-linux before 2.39 knows no other way.
  const env = { LIBMOUNT_FORCE_MOUNT2: "always" };
  const { exitCode, stderr } = await exec(file, args, {
    cwd,
    signal,
    env,
    timeoutMillis: mountMillis,
  });
  if (exitCode !== 0 && !mayFail)
    throw new CriError("Internal", `${file}: ${stderr.toString().trim()}`);
}
