import { closeSync, constants, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";
import { errnoOf } from "../model/error.ts";
import type { OpenStreams } from "../translate/log/cri-line.ts";
import type { FileIdentity } from "./file-identity.ts";

/** Where in docker's json-files a follower stands. */
export interface JsonPosition {
  readonly identity: FileIdentity;
  /** Bytes of this file that are in the CRI log: always the end of a record. */
  readonly offset: number;
  /** CRC-32 of the last `anchorBytes` before the offset, which hold a record's time: the file is still the one we read. */
  readonly anchor: number;
}

/** What is needed to go on after a crash. */
export interface Offsets {
  readonly json: JsonPosition | undefined;
  /** The CRI file and how long it was when it held just what comes before the json position. */
  readonly cri: { readonly identity: FileIdentity; readonly size: number };
  readonly open: OpenStreams;
  /** The container has ended and all of its log is written. */
  readonly finished: boolean;
}

/** How many bytes before the offset the anchor covers; fewer where the file has fewer. */
export const anchorBytes = 64;

const slotBytes = 512;

/**
 * The offsets of one container on disk: two slots written in turn, in place, so that a write costs three system calls and no
 * fsync. A kill in the middle of a write leaves the other slot whole, the offsets before: they are only older, not wrong.
 * ```
 *  0   {"sequence":6,…} crc32 and spaces up to 511, newline
 *  512 {"sequence":7,…} …
 * ```
 * Calls are synchronous: the file is our own and small, and the thread pool would cost ten times as much.
 */
export class OffsetFile {
  readonly #path: string;
  #sequence = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Returns the newest whole offsets; undefined when there are none, or only damaged ones. */
  load(): Offsets | undefined {
    const slots = readSlots(this.#path).toSorted((a, b) => b.sequence - a.sequence);
    this.#sequence = slots[0]?.sequence ?? 0;
    return slots[0]?.offsets;
  }

  /** Writes offsets; throws what the file system throws, and what was there before stays. */
  save(offsets: Offsets): void {
    const sequence = this.#sequence + 1;
    const fd = openSync(this.#path, constants.O_WRONLY | constants.O_CREAT, 0o600);
    try {
      writeSync(fd, encodeSlot({ sequence, offsets }), 0, slotBytes, (sequence % 2) * slotBytes);
    } finally {
      closeSync(fd);
    }
    this.#sequence = sequence;
  }

  /** Forgets them; no error when there are none. */
  remove(): void {
    rmSync(this.#path, { force: true });
  }
}

interface Slot {
  readonly sequence: number;
  readonly offsets: Offsets;
}

/** Returns a slot's 512 bytes. */
export function encodeSlot(slot: Slot): Buffer {
  const json = JSON.stringify(slot);
  const text = `${json} ${crc32(json).toString(16)}`;
  return Buffer.from(`${text.padEnd(slotBytes - 1)}\n`);
}

/** Returns what a slot holds, undefined when it is not whole. */
export function decodeSlot(bytes: Buffer): Slot | undefined {
  const match = /^(\{.*\}) ([0-9a-f]+) *\n$/.exec(bytes.toString("latin1"));
  const [, json, sum] = match ?? [];
  if (json === undefined || crc32(json).toString(16) !== sum) return undefined;
  // The checksum vouches for the shape: only encodeSlot writes it.
  return JSON.parse(json) as Slot;
}

function readSlots(path: string): readonly Slot[] {
  const bytes = readIfPresent(path);
  const slots = [0, 1].map((n) => decodeSlot(bytes.subarray(n * slotBytes, (n + 1) * slotBytes)));
  return slots.filter((slot) => slot !== undefined);
}

function readIfPresent(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return Buffer.alloc(0);
    throw thrown;
  }
}
