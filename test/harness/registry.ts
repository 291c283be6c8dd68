import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { freePort } from "./free-port.ts";
import { ServerProcess } from "./server-process.ts";
import { type TarEntry, tar } from "./tar.ts";

/** What an image's configuration says beside its layers. */
export interface ImageConfig {
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Env?: readonly string[];
  readonly User?: string;
  readonly WorkingDir?: string;
  readonly StopSignal?: string;
  readonly Volumes?: Readonly<Record<string, Record<string, never>>>;
}

export interface ImageSource {
  /** Without a registry: `conformance/busybox`. */
  readonly name: string;
  readonly tags: readonly string[];
  readonly layers: readonly (readonly TarEntry[])[];
  readonly config: ImageConfig;
}

/** What the registry holds after a push. */
export interface PushedImage {
  /** `127.0.0.1:PORT/name:tag`, the first tag. */
  readonly reference: string;
  /** `127.0.0.1:PORT/name`. */
  readonly repository: string;
  /** `sha256:…` of the manifest. */
  readonly digest: string;
  /** `sha256:…` of the configuration: the image id of engines that store configurations. */
  readonly configDigest: string;
}

const mediaTypes = {
  manifest: "application/vnd.docker.distribution.manifest.v2+json",
  config: "application/vnd.docker.container.image.v1+json",
  layer: "application/vnd.docker.image.rootfs.diff.tar.gzip",
} as const;

const architectures: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

/** A registry on loopback without TLS, filled over its own API: no engine and no other tool is needed to make an image. */
export class Registry {
  readonly #process: ServerProcess;
  readonly port: number;

  private constructor(process: ServerProcess, port: number) {
    this.#process = process;
    this.port = port;
  }

  /** Starts Debian's docker-registry with its storage below `folder`. */
  static async start(folder: string): Promise<Registry> {
    await mkdir(folder, { recursive: true });
    const port = await freePort();
    const config = {
      version: 0.1,
      storage: { filesystem: { rootdirectory: join(folder, "blobs") }, delete: { enabled: true } },
      http: { addr: `127.0.0.1:${port}` },
    };
    // The registry reads YAML, of which JSON is a part.
    const configFile = join(folder, "config.yml");
    await writeFile(configFile, JSON.stringify(config));
    const process = new ServerProcess({
      file: "docker-registry",
      args: ["serve", configFile],
      logFile: join(folder, "registry.log"),
    });
    const registry = new Registry(process, port);
    await process.ready(async () => (await fetch(`${registry.url}/v2/`)).ok);
    return registry;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Packs and uploads an image; pushing the same source twice gives the same digests. */
  async push(source: ImageSource): Promise<PushedImage> {
    const archives = source.layers.map((entries) => tar(entries));
    const layers = await Promise.all(
      archives.map(async (archive) => {
        const blob = gzipSync(archive, { level: 1 });
        return {
          mediaType: mediaTypes.layer,
          size: blob.length,
          digest: await this.#putBlob(source.name, blob),
        };
      }),
    );
    const config = Buffer.from(
      JSON.stringify({
        architecture: architectures[process.arch] ?? process.arch,
        os: "linux",
        created: "1970-01-01T00:00:00Z",
        config: source.config,
        rootfs: { type: "layers", diff_ids: archives.map(sha256) },
        history: archives.map(() => ({ created: "1970-01-01T00:00:00Z", created_by: source.name })),
      }),
    );
    const configDigest = await this.#putBlob(source.name, config);
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: mediaTypes.manifest,
        config: { mediaType: mediaTypes.config, size: config.length, digest: configDigest },
        layers,
      }),
    );
    await Promise.all(source.tags.map((tag) => this.#putManifest(source.name, tag, manifest)));
    const repository = `127.0.0.1:${this.port}/${source.name}`;
    return {
      repository,
      reference: `${repository}:${source.tags[0]}`,
      digest: sha256(manifest),
      configDigest,
    };
  }

  async #putBlob(name: string, blob: Uint8Array): Promise<string> {
    const digest = sha256(blob);
    const begun = await fetch(`${this.url}/v2/${name}/blobs/uploads/`, { method: "POST" });
    const location = begun.headers.get("location");
    if (location === null) throw new Error(`upload to ${name} refused: ${begun.status}`);
    const target = new URL(location, this.url);
    target.searchParams.set("digest", digest);
    await accepted(await fetch(target, { method: "PUT", body: new Uint8Array(blob) }));
    return digest;
  }

  async #putManifest(name: string, tag: string, manifest: Uint8Array): Promise<void> {
    const headers = { "content-type": mediaTypes.manifest };
    const body = new Uint8Array(manifest);
    await accepted(
      await fetch(`${this.url}/v2/${name}/manifests/${tag}`, { method: "PUT", headers, body }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process.stop();
  }
}

async function accepted(response: Response): Promise<void> {
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
  await response.body?.cancel();
}

function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
