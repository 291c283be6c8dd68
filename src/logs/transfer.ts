import { rename } from "node:fs/promises";
import { failpoint } from "../host/failpoint.ts";
import { messageOf } from "../model/error.ts";
import type { Log, Meter } from "../model/ports.ts";
import type { OpenStreams } from "../translate/log/cri-line.ts";
import type { Translation } from "../translate/log/json-file.ts";
import { CriFile } from "./cri-file.ts";
import type { Gap, JsonReader, Slice } from "./json-reader.ts";
import type { Lane } from "./lanes.ts";
import { isAt, type LogPath } from "./log-folder.ts";
import { logMetrics } from "./log-metrics.ts";
import type { OffsetFile } from "./offset-file.ts";

/** What a transfer works with. */
export interface TransferParts {
  readonly jsonFile: string;
  readonly path: LogPath;
  readonly offsets: OffsetFile;
  readonly log: Log;
  readonly meter: Meter;
}

/** Where a transfer begins. */
export interface TransferStart {
  readonly reader: JsonReader;
  readonly cri: CriFile;
  readonly open: OpenStreams;
  /** The path of the file, if it is not to be at the log path yet. */
  readonly provisional: string | undefined;
}

/** What a step has done. */
export interface Step {
  /** There is more to do at once. */
  readonly more: boolean;
  readonly records: number;
}

/**
 * Moves one container's log from docker's json-files to the CRI file, every record exactly once, over crashes of this process.
 * ```
 *  json-file   ├─── read, translated, written ───┼─── read, lost with the crash ───┤─── not read ───▶
 *                                             offset j
 *  CRI file    ├─── what j bytes make ───────────┼── ahead ──┤ end, maybe in the middle of a line
 *                                             size c
 *  on disk     { json: identity, j, anchor;  cri: identity, c;  open }     now and then, never in between
 * ```
 * Translating is deterministic, so after a crash the reading begins at j, and the bytes it makes are compared with those ahead:
 * equal ones are not written again. Nothing is cut off, hence nobody who tails the file sees it shrink. By the place of the kill:
 *
 *  - between two saves of the offsets, or in the middle of a write: as above.
 *  - around docker's rotation: offsets are saved before the first read of a next file, so what is ahead comes from one file. If
 *    docker has removed that one meanwhile, what is ahead stays (its torn end is cut off) and the rest is a counted gap.
 *  - between the kubelet's rename and `reopen`: the file of the offsets is found under its new name by identity, gets the end
 *    of the line it is in, and only then a new file begins under the old name.
 *  - between the making of the new file and the save: the same again; the new file is still empty.
 *  - the CRI file was removed while we were down: a new one begins at j.
 *  - an offsets slot is torn: the other slot is older, more is ahead, nothing else changes.
 */
export class Transfer {
  readonly #parts: TransferParts;
  readonly #reader: JsonReader;
  #cri: CriFile;
  #open: OpenStreams;
  #provisional: string | undefined;
  #unsaved = false;
  #saveFails = false;

  constructor(parts: TransferParts, start: TransferStart) {
    this.#parts = parts;
    this.#reader = start.reader;
    this.#cri = start.cri;
    this.#open = start.open;
    this.#provisional = start.provisional;
  }

  /** Whether offsets have changed since they were last saved. */
  get unsaved(): boolean {
    return this.#unsaved;
  }

  /** Whether bytes of the file are still to be recognised, after a crash or a full disk. */
  get isBehind(): boolean {
    return this.#cri.ahead > 0;
  }

  /** Whether the last line is whole and nothing waits to be recognised: a good place to end a file. */
  get betweenLines(): boolean {
    return this.#open === 0 && this.#cri.ahead === 0;
  }

  /** Whether the file is written beside a symbolic link of another runtime's, until it has caught up. */
  get isProvisional(): boolean {
    return this.#provisional !== undefined;
  }

  /** Puts a provisional file in its place; readers see the link until then and all of the history after. */
  async settle(): Promise<void> {
    if (this.#provisional === undefined) return;
    await rename(this.#provisional, this.#parts.path.logFile);
    this.#provisional = undefined;
  }

  /** Whether the log path leads to the file that is written. */
  async isInPlace(): Promise<boolean> {
    return await isAt(this.#parts.path, this.#cri.identity);
  }

  /** Bytes of docker's files that are not translated yet; 0 where they cannot be looked at. */
  unreadBytes(): number {
    try {
      return this.#reader.unreadBytes();
    } catch {
      return 0;
    }
  }

  /** For the fallback poll: whether a step would find anything. */
  hasNews(): boolean {
    try {
      return this.#reader.hasNews();
    } catch {
      // A step tells what is wrong.
      return true;
    }
  }

  /**
   * Moves one slice. `untilWhole`: only as much as ends the open lines. Throws what writing throws; then nothing is lost and the
   * step can be tried again.
   */
  async step(lane: Lane, untilWhole = false): Promise<Step> {
    const last = await this.#reader.isLastRead();
    const slice = await this.#reader.read(lane.buffer, (gap) => this.lost(gap));
    const done = lane.translator.translate(slice.bytes, { open: this.#open, untilWhole });
    if (done.output.length > 0) await this.#cri.append(done.output);
    // A "line" longer than the buffer is no record: it is skipped, and its end will count as damaged.
    const consumed = done.consumed > 0 || slice.atEnd ? done.consumed : slice.bytes.length;
    this.#account(slice, done, consumed);
    if (last && slice.atEnd && consumed === 0) await this.#nextFile(slice);
    const more = last || !slice.atEnd || (untilWhole && consumed > 0);
    return { more, records: done.lines };
  }

  #account(slice: Slice, done: Translation, consumed: number): void {
    if (consumed === 0) return;
    this.#reader.advance(slice, consumed);
    this.#open = done.open;
    this.#unsaved = true;
    const { meter } = this.#parts;
    meter.count(logMetrics.bytes, undefined, done.output.length);
    meter.count(logMetrics.records, { path: "fast" }, done.lines - done.slowLines);
    if (done.slowLines > 0) meter.count(logMetrics.records, { path: "slow" }, done.slowLines);
    if (done.damaged > 0) meter.count(logMetrics.damaged, undefined, done.damaged);
  }

  async #nextFile(rest: Slice): Promise<void> {
    if (rest.bytes.length > 0) this.#parts.meter.count(logMetrics.damaged);
    const gap = await this.#reader.next();
    if (gap !== undefined) await this.lost(gap);
    this.save();
  }

  /** Takes note that records are gone. What of them is in the file already stays, but for a torn last line. */
  async lost(gap: Gap): Promise<void> {
    await this.#cri.keepAhead();
    const { meter, log, path } = this.#parts;
    meter.count(logMetrics.gaps, { reason: gap.reason });
    meter.count(logMetrics.lostBytes, undefined, gap.lostBytes);
    log.warn("log records were gone before they were read", { ...gap, logFile: path.logFile });
  }

  /** Ends the current file as it is and begins one under the log path. */
  async switchFile(): Promise<void> {
    const old = this.#cri;
    await old.dropAhead();
    this.#cri = await CriFile.open(this.#parts.path);
    await old.close();
    await failpoint("logs.switched");
    this.save();
  }

  /** Writes the offsets; not in the middle of a step. A state folder that refuses is told once, and costs only exactness after a crash. */
  save(finished = false): void {
    const json = this.#reader.position;
    try {
      const { identity, acknowledgedSize: size } = this.#cri;
      this.#parts.offsets.save({ json, cri: { identity, size }, open: this.#open, finished });
      this.#unsaved = false;
      this.#saveFails = false;
    } catch (thrown) {
      if (!this.#saveFails)
        this.#parts.log.warn("cannot save log offsets", { err: messageOf(thrown) });
      this.#saveFails = true;
    }
  }

  /** Lets go of both files. */
  async close(): Promise<void> {
    await Promise.all([this.#reader.close(), this.#cri.close()]);
  }
}
