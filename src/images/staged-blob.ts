import { createHash, randomBytes } from "node:crypto";
import { constants, type FileHandle, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { syncFolder } from "../host/replace-file.ts";
import { CriError } from "../model/error.ts";
import { parseDigest } from "./digest.ts";
import type { Descriptor } from "./manifest.ts";

/** Content whose digest is known when it has come whole. */
export class StagedBlob implements AsyncDisposable {
  readonly #path: string;
  readonly #root: string;
  readonly #file: FileHandle;
  readonly #hash = createHash("sha256");
  #bytes = 0;

  private constructor(root: string, path: string, file: FileHandle) {
    this.#root = root;
    this.#path = path;
    this.#file = file;
  }

  /** Begins one in a store. Throws ResourceExhausted on a full or read-only disk. */
  static async begin(root: string): Promise<StagedBlob> {
    const path = join(root, "ingest", `staged-${randomBytes(8).toString("hex")}`);
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
    try {
      return new StagedBlob(root, path, await open(path, flags, 0o600));
    } catch (thrown) {
      throw CriError.from(thrown, `cannot write ${path}`);
    }
  }

  /** Adds bytes. Throws ResourceExhausted on a full disk. */
  async append(chunk: Uint8Array): Promise<void> {
    try {
      await this.#file.writeFile(chunk);
    } catch (thrown) {
      throw CriError.from(thrown, `cannot write ${this.#path}`);
    }
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
  }

  /** Makes a blob of what has come. */
  async keep(): Promise<Descriptor> {
    const hex = this.#hash.digest("hex");
    const folder = join(this.#root, "blobs", "sha256");
    try {
      await this.#file.sync();
      await rename(this.#path, join(folder, hex));
      await syncFolder(folder);
    } catch (thrown) {
      throw CriError.from(thrown, `cannot store blob sha256:${hex}`);
    } finally {
      await this.#file.close();
    }
    const digest = parseDigest(`sha256:${hex}`, "blob");
    return { mediaType: "", digest, sizeBytes: this.#bytes, platform: undefined, annotations: {} };
  }

  /** Removes what was not kept. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await rm(this.#path, { force: true });
  }
}
