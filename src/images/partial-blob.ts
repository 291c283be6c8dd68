import { constants, type FileHandle, open, rm } from "node:fs/promises";
import { waitForLock } from "../host/file-lock.ts";
import { CriError } from "../model/error.ts";
import { type Digest, DigestCheck } from "./digest.ts";

/** A blob of which some bytes have come, open for the rest; one process and one task at a time. */
export class PartialBlob {
  readonly path: string;
  readonly #digest: Digest;
  readonly #file: FileHandle;
  readonly #life: AsyncDisposableStack;
  #check: DigestCheck;

  private constructor(options: {
    readonly path: string;
    readonly digest: Digest;
    readonly file: FileHandle;
    readonly check: DigestCheck;
    readonly life: AsyncDisposableStack;
  }) {
    this.path = options.path;
    this.#digest = options.digest;
    this.#file = options.file;
    this.#check = options.check;
    this.#life = options.life;
  }

  /** Waits for the lock and reads again what has come already, since only all bytes together have the digest. */
  static async open(path: string, digest: Digest, signal: AbortSignal): Promise<PartialBlob> {
    await using life = new AsyncDisposableStack();
    life.use(await waitForLock(`${path}.lock`, "exclusive", signal));
    // Removed while it is held: the folder does not fill with locks.
    life.defer(() => rm(`${path}.lock`, { force: true }));
    try {
      const file = life.use(await open(path, constants.O_RDWR | constants.O_CREAT, 0o600));
      const check = new DigestCheck(digest);
      const stream = file.createReadStream({
        start: 0,
        autoClose: false,
        highWaterMark: 256 << 10,
      });
      for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
        signal.throwIfAborted();
        check.push(chunk as Buffer);
      }
      return new PartialBlob({ path, digest, file, check, life: life.move() });
    } catch (thrown) {
      throw CriError.from(thrown, `blob ${digest}`);
    }
  }

  /** How many bytes have come. */
  get bytes(): number {
    return this.#check.bytes;
  }

  /** Adds bytes. Throws ResourceExhausted on a full disk. */
  async append(chunk: Uint8Array): Promise<void> {
    try {
      let written = 0;
      while (written < chunk.length) {
        const at = this.#check.bytes + written;
        written += (await this.#file.write(chunk, written, chunk.length - written, at))
          .bytesWritten;
      }
    } catch (thrown) {
      throw CriError.from(thrown, `cannot write blob ${this.#digest}`);
    }
    this.#check.push(chunk);
  }

  /** Throws away what has come: the server begins anew. */
  async restart(): Promise<void> {
    await this.#file.truncate(0);
    this.#check = new DigestCheck(this.#digest);
  }

  /** Whether all has come that belongs to the digest. Ends the counting. */
  matches(): boolean {
    return this.#check.matches();
  }

  /** Puts it on the disk. */
  async sync(): Promise<void> {
    await this.#file.sync();
  }

  /** Removes what has come. */
  async discard(): Promise<void> {
    await rm(this.path, { force: true });
  }

  /** Lets others have a go; what has come stays. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#life.disposeAsync();
  }
}
