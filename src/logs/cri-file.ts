import { fstatSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { type FileIdentity, fileIdentity } from "./file-identity.ts";
import { type LogPath, openLogFile } from "./log-folder.ts";

/** What a CRI line is at most: docker's 16 KiB with every byte a replacement character, and the header. */
const maxTailBytes = 64 * 1024;

/**
 * A CRI log file that is written at its end. It may be ahead of what was acknowledged: by the part of a batch that fitted a
 * full disk, or by what was written between the last offsets and a crash. The same bytes then come again, are recognised and
 * not written twice.
 * ```
 *  ├── acknowledged: in the offsets ──┤── ahead: will come again ──┤ end of file
 * ```
 */
export class CriFile {
  readonly identity: FileIdentity;
  readonly #handle: FileHandle;
  #acknowledged: number;
  #ahead: number;

  private constructor(handle: FileHandle, start: CriFileStart) {
    this.#handle = handle;
    this.identity = start.identity;
    this.#acknowledged = start.acknowledged;
    this.#ahead = start.size - start.acknowledged;
  }

  /**
   * Opens or makes the file. `acknowledged`: bytes of it that the offsets on disk cover, all of them when undefined; a file that
   * somebody has made shorter is taken as it is.
   */
  static async open(path: LogPath, acknowledged?: number): Promise<CriFile> {
    const handle = await openLogFile(path);
    const stats = fstatSync(handle.fd, { bigint: true });
    const size = Number(stats.size);
    return new CriFile(handle, {
      identity: fileIdentity(stats),
      size,
      acknowledged: Math.min(size, acknowledged ?? size),
    });
  }

  /** Bytes at the end that are not acknowledged. */
  get ahead(): number {
    return this.#ahead;
  }

  /** What the offsets are to say. The kernel is asked: somebody may have truncated the file. */
  get acknowledgedSize(): number {
    return Math.max(0, fstatSync(this.#handle.fd).size - this.#ahead);
  }

  /**
   * Appends a batch, and acknowledges it when all of it is in the file. On an error (a full disk) what was written stays, ahead,
   * and the same batch is to be given again.
   */
  async append(batch: Buffer): Promise<void> {
    await this.#write(batch, await this.#recognise(batch));
    this.#acknowledged += batch.length;
    this.#ahead -= batch.length;
  }

  async #write(batch: Buffer, from: number): Promise<void> {
    try {
      for (let at = from; at < batch.length; ) {
        const { bytesWritten } = await this.#handle.write(batch, at);
        this.#ahead += bytesWritten;
        at += bytesWritten;
      }
    } catch (thrown) {
      // Where the bytes ahead begin counts now; a file that is full is a file that somebody may have truncated.
      this.#acknowledged = this.acknowledgedSize;
      throw thrown;
    }
  }

  /** Returns how many bytes of the batch the file has already. What differs from the batch is cut off. */
  async #recognise(batch: Buffer): Promise<number> {
    const known = Math.min(this.#ahead, batch.length);
    if (known === 0) return 0;
    const there = Buffer.allocUnsafe(known);
    const { bytesRead } = await this.#handle.read(there, 0, known, this.#acknowledged);
    if (bytesRead === known && batch.subarray(0, known).equals(there)) return known;
    await this.dropAhead();
    return 0;
  }

  /** Cuts off what is not acknowledged. */
  async dropAhead(): Promise<void> {
    if (this.#ahead === 0) return;
    if (fstatSync(this.#handle.fd).size > this.#acknowledged) {
      await this.#handle.truncate(this.#acknowledged);
    }
    this.#ahead = 0;
  }

  /**
   * Takes the bytes ahead as they are, since their source is gone: only a torn last line is cut off.
   */
  async keepAhead(): Promise<void> {
    if (this.#ahead === 0) return;
    const size = this.#acknowledged + this.#ahead;
    const tail = Buffer.alloc(Math.min(this.#ahead, maxTailBytes));
    await this.#handle.read(tail, 0, tail.length, size - tail.length);
    const whole = size - tail.length + tail.lastIndexOf(0x0a) + 1;
    if (whole < size) await this.#handle.truncate(whole);
    this.#acknowledged = whole;
    this.#ahead = 0;
  }

  /** Cuts off a torn last line, and returns the last whole one with its newline; undefined when the file has none. */
  async lastLine(): Promise<Buffer | undefined> {
    const size = this.acknowledgedSize;
    const tail = Buffer.alloc(Math.min(size, 2 * maxTailBytes));
    await this.#handle.read(tail, 0, tail.length, size - tail.length);
    const end = tail.lastIndexOf(0x0a) + 1;
    if (end < tail.length) await this.#handle.truncate(size - tail.length + end);
    this.#acknowledged = size - tail.length + end;
    const start = end < 2 ? 0 : tail.lastIndexOf(0x0a, end - 2) + 1;
    return end === 0 ? undefined : tail.subarray(start, end);
  }

  /** Makes the last so many bytes unacknowledged, since they will come again. */
  expectAgain(bytes: number): void {
    const count = Math.min(bytes, this.#acknowledged);
    this.#acknowledged -= count;
    this.#ahead += count;
  }

  /** Lets go of the file. */
  async close(): Promise<void> {
    await this.#handle.close();
  }
}

interface CriFileStart {
  readonly identity: FileIdentity;
  readonly size: number;
  readonly acknowledged: number;
}
