import { fstatSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";
import {
  type ListedFile,
  listJsonFiles,
  look,
  type OpenedFile,
  openListed,
  succession,
} from "./json-files.ts";
import { anchorBytes, type JsonPosition } from "./offset-file.ts";

/** What a read found. */
export interface Slice {
  /** Bytes from the offset on; a view of the buffer that was given. */
  readonly bytes: Buffer;
  /** There was nothing more at that moment. */
  readonly atEnd: boolean;
}

/** Records that are gone: why, and how many bytes at least. */
export interface Gap {
  readonly reason: "rotated" | "truncated";
  readonly lostBytes: number;
}

const littleBytes = 64 * 1024;
const emptySlice: Slice = { bytes: Buffer.alloc(0), atEnd: true };

/**
 * Reads docker's files of one container in their order, over rotations, from a position on. Holds one descriptor, that of the
 * file it is in: what docker unlinks meanwhile can be read to its end.
 */
export class JsonReader {
  readonly #path: string;
  #file: OpenedFile | undefined;
  #offset = 0;
  #anchor = 0;
  /** The size that was last seen, to tell how much a truncation took. */
  #seenSize = 0;
  #newer: readonly ListedFile[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  /** Where to go on after a restart; undefined before there was a file. */
  get position(): JsonPosition | undefined {
    const file = this.#file;
    if (file === undefined) return undefined;
    return { identity: file.identity, offset: this.#offset, anchor: this.#anchor };
  }

  /**
   * Opens the file of a position, or the oldest there is. Returns the gap when the file of the position is gone.
   * Without any file it stays closed, and `isLastRead` tries again.
   */
  async open(position: JsonPosition | undefined): Promise<Gap | undefined> {
    const files = listJsonFiles(this.#path);
    const found = files.find(({ identity }) => identity === position?.identity);
    const file = found ?? files.at(-1);
    if (file === undefined) return undefined;
    const opened = await openListed(file);
    if (opened === undefined) return await this.open(position);
    this.#enter(opened);
    if (found === undefined) {
      return position === undefined ? undefined : { reason: "rotated", lostBytes: 0 };
    }
    this.#offset = position?.offset ?? 0;
    this.#anchor = position?.anchor ?? 0;
    return undefined;
  }

  /**
   * Reads from the offset into the buffer, which must be larger than the anchor. Docker's truncation (max-file=1) shows as a
   * changed anchor: the reading then begins anew, and `truncated` is told.
   */
  async read(buffer: Buffer, truncated: (gap: Gap) => Promise<void>): Promise<Slice> {
    const file = this.#file;
    if (file === undefined) return emptySlice;
    const before = Math.min(anchorBytes, this.#offset);
    const bytesRead = await this.#readFrom(file, buffer, this.#offset - before);
    if (bytesRead < before || crc32(buffer.subarray(0, before)) !== this.#anchor) {
      const lostBytes = Math.max(0, this.#seenSize - this.#offset);
      this.#enter(file);
      await truncated({ reason: "truncated", lostBytes });
      return await this.read(buffer, truncated);
    }
    this.#seenSize = Math.max(this.#seenSize, this.#offset + bytesRead - before);
    return { bytes: buffer.subarray(before, bytesRead), atEnd: bytesRead < buffer.length };
  }

  /**
   * The little that came since the last look was written a moment ago, hence is in memory: read at once, which costs a tenth of
   * the way through the thread pool. More may be on a disk.
   */
  async #readFrom(file: OpenedFile, buffer: Buffer, from: number): Promise<number> {
    const isLittle = this.#seenSize > 0 && this.#seenSize - from <= littleBytes;
    if (isLittle) return readSync(file.handle.fd, buffer, 0, buffer.length, from);
    return (await file.handle.read(buffer, 0, buffer.length, from)).bytesRead;
  }

  /** Goes on by so many bytes of a slice, whose buffer is still as `read` left it. */
  advance(slice: Slice, consumed: number): void {
    if (consumed === 0) return;
    this.#offset += consumed;
    // The bytes before the slice are those that `read` has compared.
    const size = Math.min(anchorBytes, this.#offset);
    const start = slice.bytes.byteOffset + consumed - size;
    this.#anchor = crc32(Buffer.from(slice.bytes.buffer, start, size));
  }

  /** Whether there is something to read or another file to go to. Costs two system calls; for the fallback poll. */
  hasNews(): boolean {
    const file = this.#file;
    if (file === undefined) return look(this.#path) !== undefined;
    const { size } = fstatSync(file.handle.fd);
    this.#seenSize = Math.max(this.#seenSize, size);
    return size !== this.#offset || this.#isRotated();
  }

  /** Bytes that were not read yet, of this file and of newer ones that are known; one system call. Throws what the system says. */
  unreadBytes(): number {
    const file = this.#file;
    if (file === undefined) return 0;
    const here = Math.max(0, fstatSync(file.handle.fd).size - this.#offset);
    return this.#newer.reduce((sum, { size }) => sum + size, here);
  }

  /** Whether docker writes to another file by now, so that this one grows no more: to be asked before each read. */
  async isLastRead(): Promise<boolean> {
    if (this.#file === undefined) await this.open(undefined);
    return this.#isRotated();
  }

  #isRotated(): boolean {
    const file = this.#file;
    const now = look(this.#path);
    if (file === undefined || now === undefined) return false;
    if (now.identity === file.identity) {
      this.#seenSize = Math.max(this.#seenSize, now.size);
      return false;
    }
    const files = listJsonFiles(this.#path);
    const at = files.findIndex(({ identity }) => identity === file.identity);
    if (at >= 0) this.#newer = files.slice(0, at).toReversed();
    return true;
  }

  /** Goes to the file after this one, which is read to its end. Returns what is gone between them. */
  async next(): Promise<Gap | undefined> {
    const file = this.#file;
    if (file === undefined) return undefined;
    const files = listJsonFiles(this.#path);
    const { next, lost, gap } = succession(file.identity, files, this.#newer);
    const opened = next === undefined ? undefined : await openListed(next);
    // Either a rotation is under way, or it was faster than us: the next call sees clearer.
    if (opened === undefined) return undefined;
    await file.handle.close();
    this.#enter(opened);
    this.#newer = files
      .slice(
        0,
        files.findIndex((one) => one === next),
      )
      .toReversed();
    if (!gap) return undefined;
    return { reason: "rotated", lostBytes: lost.reduce((sum, { size }) => sum + size, 0) };
  }

  /** Leaves out all there is: goes to the end of the newest file, behind its last whole record. */
  async skipHistory(buffer: Buffer): Promise<void> {
    while (await this.isLastRead()) await this.next();
    for (let atEnd = false; !atEnd; ) {
      const slice = await this.read(buffer, () => Promise.resolve());
      const whole = slice.bytes.lastIndexOf(0x0a) + 1;
      atEnd = slice.atEnd;
      this.advance(slice, whole === 0 && !atEnd ? slice.bytes.length : whole);
    }
  }

  /** Lets go of the file. */
  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.handle.close();
  }

  #enter(file: OpenedFile): void {
    this.#file = file;
    this.#offset = 0;
    this.#anchor = 0;
    this.#seenSize = 0;
    this.#newer = [];
  }
}
