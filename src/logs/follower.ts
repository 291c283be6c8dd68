import { dirname } from "node:path";
import { abandonable } from "../host/abandonable.ts";
import { Mutex } from "../host/mutex.ts";
import { CriError, messageOf } from "../model/error.ts";
import type { Clock } from "../model/ports.ts";
import { FileWatch } from "./file-watch.ts";
import { logMetrics } from "./log-metrics.ts";
import { moveOn } from "./move-on.ts";
import type { Offsets } from "./offset-file.ts";
import { type OpenParts, openTransfer } from "./open-transfer.ts";
import type { Step, Transfer } from "./transfer.ts";

/** What a follower works with. */
export interface FollowerParts extends OpenParts {
  readonly clock: Clock;
  /** Makes the folder of the log file, whose path is a client's. */
  readonly ensureFolders: (paths: readonly string[], signal: AbortSignal) => Promise<void>;
}

/** A file is read so long after the event that tells of it, */
const gatherMillis = 10;
/** … or so long, if it was read just before: each waking of the process costs more than a line does. */
const laterMillis = 50;
/** Records in one look that ask for the next look soon: docker keeps only so much. */
const manyRecords = 1_000;
/** More events than this in one gathering: watching costs more than looking. Fewer records than this in one look: it does not. */
const busyEvents = 8;
const firstRetryMillis = 100;
const lastRetryMillis = 5_000;

/**
 * Follows one container's log: decides when a transfer makes its steps. One thing at a time by a mutex.
 * ```
 *          event, poll            more than 8 events
 *  watching ─────────▶ draining ───────────────────────▶ looking every 50 ms, unwatched
 *     ▲                 │  ▲ ▲                                │        │
 *     └─── at the end ──┘  │ └────────────────────────────────┘        │ fewer than 8 records
 *     └────────────────────┼───────────────────────────────────────────┘
 *                retry, 0.1 … 5 s ◀─── error: the disk is full
 * ```
 * A container that writes fast makes an event a line; then watching would cost as much as all the rest.
 */
export class Follower {
  readonly #parts: FollowerParts;
  readonly #mutex = new Mutex();
  readonly #watch: FileWatch;
  readonly #ended = Promise.withResolvers<void>();
  #transfer: Transfer | undefined;
  #timer: NodeJS.Timeout | undefined;
  #cycle: Promise<void> | undefined;
  #looking: Promise<void> | undefined;
  #again = false;
  #busy = false;
  #ending = false;
  #stopped = false;
  #retryMillis = 0;
  #restedAtMillis = Number.NEGATIVE_INFINITY;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
    this.#watch = new FileWatch(parts.jsonFile, busyEvents, () => this.wake());
    // A stop rejects it, and perhaps nobody waits.
    this.#ended.promise.catch(() => undefined);
  }

  /** Opens the files and starts to follow, unless it has, or the log is complete. Throws what opening the log file throws. */
  async begin(signal: AbortSignal): Promise<void> {
    await this.#mutex.run(async () => {
      if (this.#transfer !== undefined || this.#stopped) return;
      const saved = this.#parts.offsets.load();
      if (saved?.finished === true) return this.#end();
      await this.#open(saved, signal);
    }, signal);
    if (this.#stopped) return;
    this.#watch.arm();
    this.wake();
  }

  async #open(saved: Offsets | undefined, signal: AbortSignal): Promise<void> {
    const { ensureFolders, path } = this.#parts;
    // A child process for each of hundreds of containers would make a restart slow: a folder that has offsets was made then.
    if (saved === undefined) await ensureFolders([dirname(path.logFile)], signal);
    const transfer = await openTransfer(this.#parts, saved);
    this.#transfer = transfer;
    try {
      const inPlace = transfer.isProvisional || (await transfer.isInPlace());
      if (!inPlace) await this.#moveOn(transfer, signal);
    } catch (thrown) {
      this.#transfer = undefined;
      await transfer.close();
      throw thrown;
    }
    transfer.save();
  }

  /** Bytes of docker's files that are not in the log file yet. */
  lagBytes(): number {
    return this.#transfer?.unreadBytes() ?? 0;
  }

  /** There may be something to read. */
  wake(): void {
    if (this.#cycle !== undefined) this.#again = true;
    else if (this.#timer === undefined) this.#schedule(this.#pause());
  }

  /** The regular look: saves the offsets, and finds what no event has told if there is no watch, or `thorough` asks for it. */
  tick(thorough: boolean): void {
    if (this.#transfer === undefined || this.#looking !== undefined || this.#stopped) return;
    this.#looking = this.#look(thorough).finally(() => {
      this.#looking = undefined;
    });
  }

  /** In its turn: in the middle of a write nobody can say how much of the file is acknowledged. */
  async #look(thorough: boolean): Promise<void> {
    const news = await this.#mutex.run(() => Promise.resolve(this.#saveAndLook(thorough)));
    if (news) this.wake();
  }

  #saveAndLook(thorough: boolean): boolean {
    const transfer = this.#transfer;
    if (transfer === undefined) return false;
    if (transfer.unsaved) transfer.save();
    if (this.#busy || this.#cycle !== undefined || this.#timer !== undefined) return false;
    const watched = this.#watch.isArmed;
    this.#watch.arm();
    return (thorough || !watched) && transfer.hasNews();
  }

  /** The container has ended: resolves when all of its log is in the file and the files are closed. */
  async finish(signal: AbortSignal): Promise<void> {
    this.#ending = true;
    if (this.#cycle !== undefined) this.#again = true;
    else if (!this.#stopped) this.#schedule(0);
    await abandonable(this.#ended.promise, signal, "the end of a log");
  }

  /** Goes on in a new file under the log path, after the line that is being written. */
  async reopen(signal: AbortSignal): Promise<void> {
    await this.#mutex.run(async () => {
      const transfer = this.#transfer;
      if (transfer === undefined || this.#stopped) {
        throw new CriError("FailedPrecondition", "the container's log has ended");
      }
      await this.#moveOn(transfer, signal);
    }, signal);
    this.wake();
  }

  /** Saves the offsets and lets go of everything. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#watch.disarm();
    await this.#cycle;
    await this.#looking;
    this.#ended.reject(new CriError("Unavailable", "the following of the log was stopped"));
    await this.#mutex.run(() => this.#close(false));
  }

  #pause(): number {
    const sinceMillis = this.#parts.clock.monotonicMillis() - this.#restedAtMillis;
    return sinceMillis < 4 * laterMillis ? laterMillis : gatherMillis;
  }

  #schedule(millis: number): void {
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#again = false;
      this.#cycle = this.#run();
    }, millis);
  }

  /** Never rejects: what goes wrong is tried again. */
  async #run(): Promise<void> {
    const ending = this.#ending;
    const delay = await this.#drain().then(
      (records) => this.#rest(records),
      (thrown) => this.#failed(thrown),
    );
    if (ending && this.#retryMillis === 0) await this.#mutex.run(() => this.#close(true));
    this.#cycle = undefined;
    if (this.#ending && !ending) this.#schedule(0);
    else if (delay !== undefined) this.#schedule(delay);
    else if (this.#again) this.#schedule(this.#pause());
  }

  /** Returns how many records were moved. */
  async #drain(): Promise<number> {
    let records = 0;
    for (let more = true; more && !this.#stopped; ) {
      const step = await this.#mutex.run(() => this.#step(false));
      records += step.records;
      more = step.more;
    }
    if (this.#transfer?.isProvisional === true && !this.#stopped) {
      await this.#mutex.run(async () => await this.#transfer?.settle());
    }
    return records;
  }

  async #step(untilWhole: boolean): Promise<Step> {
    const transfer = this.#transfer;
    if (transfer === undefined) return { more: false, records: 0 };
    return await this.#parts.lanes.use((lane) => transfer.step(lane, untilWhole));
  }

  /** Returns after how many milliseconds to look again, undefined: when woken. */
  #rest(records: number): number | undefined {
    this.#retryMillis = 0;
    this.#restedAtMillis = this.#parts.clock.monotonicMillis();
    const events = this.#watch.takeEvents();
    if (this.#busy ? records >= busyEvents : events > busyEvents) {
      this.#busy = true;
      this.#watch.disarm();
      return records >= manyRecords ? gatherMillis : laterMillis;
    }
    if (!this.#busy) return undefined;
    this.#busy = false;
    this.#watch.arm();
    // What came between the last look and the first watch.
    return gatherMillis;
  }

  #failed(thrown: unknown): number {
    const { log, meter, path } = this.#parts;
    meter.count(logMetrics.writeErrors);
    if (this.#retryMillis === 0) {
      log.warn("cannot go on with a log, trying again", {
        err: messageOf(thrown),
        logFile: path.logFile,
      });
    }
    this.#watch.disarm();
    this.#retryMillis = Math.min(
      lastRetryMillis,
      Math.max(firstRetryMillis, 2 * this.#retryMillis),
    );
    return this.#retryMillis;
  }

  async #moveOn(transfer: Transfer, signal: AbortSignal): Promise<void> {
    // The other runtime's link was renamed: now the place is free.
    if (transfer.isProvisional) return await transfer.settle();
    const { clock, log } = this.#parts;
    await moveOn(transfer, { clock, log, step: (untilWhole) => this.#step(untilWhole) }, signal);
  }

  async #close(finished: boolean): Promise<void> {
    const transfer = this.#transfer;
    this.#transfer = undefined;
    this.#end();
    transfer?.save(finished);
    await transfer?.close().catch((thrown: unknown) => {
      this.#parts.log.warn("closing a log", { err: messageOf(thrown) });
    });
  }

  #end(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#watch.disarm();
    this.#ended.resolve();
  }
}
