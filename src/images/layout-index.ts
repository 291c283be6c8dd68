import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { waitForLock } from "../host/file-lock.ts";
import { replaceFile } from "../host/replace-file.ts";
import { CriError, errnoOf } from "../model/error.ts";
import { listIn, parseObject } from "./json-value.ts";
import { type Descriptor, parseDescriptor } from "./manifest.ts";

/** The annotation that names an entry (OCI image-spec, annotations.md); `skopeo inspect oci:ROOT:NAME` looks for it. */
const nameKey = "org.opencontainers.image.ref.name";
const layoutFile = '{"imageLayoutVersion":"1.0.0"}';

/** A name and what it stands for: the manifest or the index that a registry gave for it. */
export interface NamedManifest {
  /** In full: `docker.io/library/busybox:1`, or `…@sha256:…`. */
  readonly name: string;
  readonly target: Descriptor;
}

/**
 * The names of a store, `index.json` of an OCI image layout. Any number of processes read and write it: a change is made under a
 * lock, on what is in the file then; a reader sees the old names or the new.
 */
export class LayoutIndex {
  readonly #root: string;
  #read: { readonly version: string; readonly names: readonly NamedManifest[] } | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  /** Makes the layout's own files where they are missing. Throws ResourceExhausted on a full or read-only disk. */
  async prepare(signal: AbortSignal): Promise<void> {
    const marker = join(this.#root, "oci-layout");
    if (await exists(marker)) return;
    await using _lock = await this.#lock(signal);
    if (!(await exists(this.#path))) await this.#write([]);
    await replaceFile(marker, layoutFile, { mode: 0o600, durable: true });
  }

  /** Returns all names, from memory while the file has not changed. Throws Internal when it cannot be read. */
  async names(): Promise<readonly NamedManifest[]> {
    const version = await versionOf(this.#path);
    if (this.#read?.version === version) return this.#read.names;
    const names = parseIndex(await bytesOf(this.#path));
    this.#read = { version, names };
    return names;
  }

  /** Replaces the names by what `change` makes of them; returns the new ones. `change` must not wait: others do. */
  async change(
    change: (names: readonly NamedManifest[]) => readonly NamedManifest[],
    signal: AbortSignal,
  ): Promise<readonly NamedManifest[]> {
    await using _lock = await this.#lock(signal);
    const before = await this.names();
    const after = change(before);
    if (after !== before) await this.#write(after);
    return after;
  }

  get #path(): string {
    return join(this.#root, "index.json");
  }

  #lock(signal: AbortSignal): Promise<AsyncDisposable> {
    return waitForLock(join(this.#root, "index.lock"), "exclusive", signal);
  }

  async #write(names: readonly NamedManifest[]): Promise<void> {
    const manifests = names.map(({ name, target }) => ({
      mediaType: target.mediaType,
      digest: target.digest,
      size: target.sizeBytes,
      annotations: { ...target.annotations, [nameKey]: name },
    }));
    const index = {
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.index.v1+json",
      manifests,
    };
    await replaceFile(this.#path, JSON.stringify(index), { mode: 0o600, durable: true });
  }
}

/** Returns the names of an `index.json`; entries without one are passed over. Throws InvalidArgument for a malformed one. */
function parseIndex(bytes: Uint8Array): readonly NamedManifest[] {
  const { manifests } = parseObject(bytes, "index.json");
  return listIn(manifests, "index.json.manifests").flatMap((entry, at) => {
    const target = parseDescriptor(entry, `index.json.manifests[${at}]`);
    const { [nameKey]: name, ...annotations } = target.annotations;
    return name === undefined ? [] : [{ name, target: { ...target, annotations } }];
  });
}

/** Each change is another file: inode and time tell them apart. */
async function versionOf(path: string): Promise<string> {
  try {
    const { ino, mtimeNs, size } = await stat(path, { bigint: true });
    return `${ino}:${mtimeNs}:${size}`;
  } catch (thrown) {
    throw CriError.from(thrown, `cannot read ${path}`);
  }
}

async function bytesOf(path: string): Promise<Buffer> {
  return await readFile(path).catch((thrown: unknown) => {
    throw CriError.from(thrown, `cannot read ${path}`);
  });
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return false;
    throw CriError.from(thrown, `cannot look at ${path}`);
  }
}
