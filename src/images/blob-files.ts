import { createReadStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { replaceFile, syncFolder } from "../host/replace-file.ts";
import { CriError, errnoOf } from "../model/error.ts";
import { type Digest, digestOf, parseDigest, partsOf } from "./digest.ts";
import type { Descriptor } from "./manifest.ts";
import { PartialBlob } from "./partial-blob.ts";
import { StagedBlob } from "./staged-blob.ts";

/**
 * Content by its digest, in the folders of an OCI image layout (image-spec, image-layout.md), and what has not come whole yet:
 * ```
 *   ROOT/blobs/sha256/<hex>
 *   ROOT/ingest/sha256-<hex>        a blob's beginning
 *   ROOT/ingest/sha256-<hex>.lock   held by who is fetching the rest
 * ```
 * A blob appears by rename, whole, checked and on the disk, or not at all.
 */
export class BlobFiles {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** Makes the folders. Throws ResourceExhausted on a full or read-only disk. */
  async prepare(): Promise<void> {
    try {
      for (const folder of ["blobs/sha256", "blobs/sha512", "ingest"])
        await mkdir(join(this.#root, folder), { recursive: true, mode: 0o700 });
    } catch (thrown) {
      throw CriError.from(thrown, `cannot make the image store ${this.#root}`);
    }
  }

  /** Where a blob lies when it is there. */
  path(digest: Digest): string {
    const { algorithm, hex } = partsOf(digest);
    return join(this.#root, "blobs", algorithm, hex);
  }

  /** Whether the blob is there. Its length is looked at too: a disk that lost bytes shows by it first. */
  async has({ digest, sizeBytes }: Descriptor): Promise<boolean> {
    return (await this.sizeBytes(digest)) === sizeBytes;
  }

  /** Returns a blob's length, undefined when it is not there. */
  async sizeBytes(digest: Digest): Promise<number | undefined> {
    try {
      return (await stat(this.path(digest))).size;
    } catch (thrown) {
      if (errnoOf(thrown) === "ENOENT") return undefined;
      throw CriError.from(thrown, `blob ${digest}`);
    }
  }

  /** Returns a document that must be there, checked against its digest. Throws NotFound, or Internal for one that is damaged or longer than the limit. */
  async document(digest: Digest, maxBytes: number): Promise<Buffer> {
    const size = await this.sizeBytes(digest);
    if (size === undefined) throw new CriError("NotFound", `blob ${digest} is not in the store`);
    if (size > maxBytes)
      throw new CriError("Internal", `blob ${digest} has ${size} bytes, more than ${maxBytes}`);
    const bytes = await readFile(this.path(digest)).catch((thrown: unknown) => {
      throw CriError.from(thrown, `blob ${digest}`);
    });
    if (digest.startsWith("sha256:") && digestOf(bytes) !== digest)
      throw new CriError("Internal", `blob ${digest} is damaged on the disk`);
    return bytes;
  }

  /** Reads a blob as a stream. */
  stream(digest: Digest): Readable {
    return createReadStream(this.path(digest), { highWaterMark: 256 << 10 });
  }

  /** Returns a blob's first bytes, with zeros after a shorter one. Throws NotFound. */
  async head(digest: Digest, bytes: number): Promise<Buffer> {
    try {
      await using file = await open(this.path(digest));
      return (await file.read(Buffer.alloc(bytes), 0, bytes, 0)).buffer;
    } catch (thrown) {
      throw CriError.from(thrown, `blob ${digest}`);
    }
  }

  /** Begins a blob whose digest is not known yet. */
  stage(): Promise<StagedBlob> {
    return StagedBlob.begin(this.#root);
  }

  /** Stores a document. Throws ResourceExhausted on a full disk. */
  async put(bytes: Uint8Array): Promise<Digest> {
    const digest = digestOf(bytes);
    if ((await this.sizeBytes(digest)) === bytes.length) return digest;
    await replaceFile(this.path(digest), bytes, { mode: 0o600, durable: true });
    return digest;
  }

  /** Waits until nobody else brings this blob, in whatever process, and opens what there is of it. */
  async begin(digest: Digest, signal: AbortSignal): Promise<PartialBlob> {
    const { algorithm, hex } = partsOf(digest);
    return await PartialBlob.open(
      join(this.#root, "ingest", `${algorithm}-${hex}`),
      digest,
      signal,
    );
  }

  /** Makes a blob of what has come. Throws InvalidArgument when it is not what its digest says: then nothing of it is kept. */
  async finish(digest: Digest, partial: PartialBlob): Promise<void> {
    const path = this.path(digest);
    if (!partial.matches()) {
      await partial.discard();
      const message = `blob ${digest}: what came has another digest`;
      throw new CriError("InvalidArgument", message);
    }
    try {
      await partial.sync();
      await rename(partial.path, path);
      await syncFolder(join(path, ".."));
    } catch (thrown) {
      throw CriError.from(thrown, `cannot store blob ${digest}`);
    }
  }

  /** Returns the digests of all blobs. */
  async digests(): Promise<readonly Digest[]> {
    const found = await Promise.all(
      ["sha256", "sha512"].map(async (algorithm) => {
        const names = await readdir(join(this.#root, "blobs", algorithm));
        return names
          .filter((name) => /^[0-9a-f]+$/.test(name))
          .map((hex) => parseDigest(`${algorithm}:${hex}`, "blob"));
      }),
    );
    return found.flat();
  }

  /** Returns what all blobs take on the disk. */
  async usage(): Promise<{ readonly usedBytes: bigint; readonly inodesUsed: bigint }> {
    const sizes = await Promise.all((await this.digests()).map((digest) => this.sizeBytes(digest)));
    const usedBytes = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
    return { usedBytes: BigInt(usedBytes), inodesUsed: BigInt(sizes.length) };
  }

  /** Removes what is left of downloads; nobody may be at it. Returns how many bytes that was. */
  async clearIngest(): Promise<number> {
    const folder = join(this.#root, "ingest");
    let bytes = 0;
    for (const name of await readdir(folder)) {
      bytes += (await stat(join(folder, name))).size;
      await rm(join(folder, name));
    }
    return bytes;
  }

  /** Removes a blob; none is no error. */
  async remove(digest: Digest): Promise<void> {
    await rm(this.path(digest), { force: true });
  }
}
