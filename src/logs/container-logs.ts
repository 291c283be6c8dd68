import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { CriError } from "../model/error.ts";
import type { Clock, Log, Meter } from "../model/ports.ts";
import { Follower } from "./follower.ts";
import { Lanes } from "./lanes.ts";
import type { LogPath } from "./log-folder.ts";
import { OffsetFile } from "./offset-file.ts";
import type { Adoption } from "./open-transfer.ts";

/** Where a container's log comes from and where it is to go. */
export interface LogSource extends LogPath {
  readonly containerId: string;
  /** What the engine calls LogPath: absolute, written in docker's json-file format, rotated siblings beside it. */
  readonly jsonFile: string;
}

/** What ContainerLogs needs. */
export interface ContainerLogsOptions {
  /** Our own folder for the offsets; made if missing. */
  readonly stateDir: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  /** Makes the folders of log files, whose paths are a client's: host/client-path's function. */
  readonly ensureFolders: (paths: readonly string[], signal: AbortSignal) => Promise<void>;
  /** What of a log that began under another runtime goes into the log file; default "history": all that docker still has. */
  readonly adoption?: Adoption;
  /** How often offsets are saved and files are looked at that no event has told of; default 2 s. */
  readonly tickMillis?: number;
}

/** How far the translation is behind, of all containers and of the one furthest behind. */
interface LogLag {
  readonly followed: number;
  readonly lagBytes: number;
  readonly largestLagBytes: number;
}

/** With every so many ticks, watched files are looked at too: the kernel drops events when too many wait. */
const thoroughTicks = 5;

/**
 * The CRI logs of the containers of an engine that keeps logs of its own. A running container costs two descriptors, one
 * inotify watch and some KiB; an ended one nothing.
 */
export class ContainerLogs {
  readonly #options: ContainerLogsOptions;
  readonly #followers = new Map<string, Follower>();
  readonly #lanes = new Lanes();
  readonly #stopped = new AbortController();
  #ticking: Promise<void> | undefined;

  constructor(options: ContainerLogsOptions) {
    this.#options = options;
  }

  /** Makes the state folder and begins the regular looks. Throws ResourceExhausted for a full disk, else Internal. */
  async start(): Promise<void> {
    const { stateDir } = this.#options;
    try {
      await mkdir(stateDir, { recursive: true, mode: 0o700 });
    } catch (thrown) {
      throw CriError.from(thrown, `making the folder of log offsets ${stateDir}`);
    }
    this.#ticking ??= this.#tick();
  }

  /** Ends the following and saves the offsets of all; containers are not disturbed. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#ticking;
    await Promise.all(Array.from(this.#followers.values(), (follower) => follower.stop()));
    this.#followers.clear();
  }

  /**
   * Follows a container's json-file into its log file, from where the offsets on disk say, else from the oldest record. Returns
   * when the log file is there. Does nothing for one that is followed, or whose log is complete.
   * Throws FailedPrecondition, ResourceExhausted or DeadlineExceeded, naming the path, when the log file cannot be made.
   */
  async follow(source: LogSource, signal: AbortSignal): Promise<void> {
    if (this.#stopped.signal.aborted) throw new CriError("Unavailable", "logs are shutting down");
    const existing = this.#followers.get(source.containerId);
    const follower = existing ?? this.#makeFollower(source);
    this.#followers.set(source.containerId, follower);
    try {
      await follower.begin(signal);
    } catch (thrown) {
      if (existing === undefined) this.#followers.delete(source.containerId);
      throw CriError.from(thrown, `following the log of container ${source.containerId}`);
    }
  }

  #makeFollower(source: LogSource): Follower {
    const { clock, log, meter, ensureFolders, adoption = "history" } = this.#options;
    return new Follower({
      ensureFolders,
      jsonFile: source.jsonFile,
      path: { logFile: source.logFile, logDirectory: source.logDirectory },
      offsets: this.#offsetsOf(source.containerId),
      clock,
      log: log.child({ containerId: source.containerId }),
      meter,
      lanes: this.#lanes,
      adoption,
    });
  }

  /**
   * The container has ended: returns when its whole log is in the file. Nothing to do for one that is not followed.
   * Throws Cancelled or DeadlineExceeded when the signal was faster; the work goes on then.
   */
  async finish(containerId: string, signal: AbortSignal): Promise<void> {
    const follower = this.#followers.get(containerId);
    if (follower === undefined) return;
    await follower.finish(signal);
    this.#followers.delete(containerId);
  }

  /**
   * After a rename of the log file: the next line goes to a new one of the same name, and the old one ends with a whole line.
   * Throws FailedPrecondition when the container is not followed or its log has ended, else as `follow` does.
   */
  async reopen(containerId: string, signal: AbortSignal): Promise<void> {
    const follower = this.#followers.get(containerId);
    if (follower === undefined) {
      throw new CriError("FailedPrecondition", `container ${containerId} has no open log`);
    }
    await follower.reopen(signal);
  }

  /** How far the log files are behind what the engine wrote; a system call for each container that is followed. */
  lag(): LogLag {
    const lags = Array.from(this.#followers.values(), (follower) => follower.lagBytes());
    return {
      followed: lags.length,
      lagBytes: lags.reduce((sum, bytes) => sum + bytes, 0),
      largestLagBytes: lags.reduce((most, bytes) => Math.max(most, bytes), 0),
    };
  }

  /** Ends the following, if it goes on, and forgets the offsets. The log file stays. */
  async remove(containerId: string): Promise<void> {
    const follower = this.#followers.get(containerId);
    this.#followers.delete(containerId);
    await follower?.stop();
    this.#offsetsOf(containerId).remove();
  }

  #offsetsOf(containerId: string): OffsetFile {
    return new OffsetFile(join(this.#options.stateDir, `${containerId}.offsets`));
  }

  async #tick(): Promise<void> {
    const { clock, tickMillis = 2_000 } = this.#options;
    const { signal } = this.#stopped;
    for (let ticks = 0; !signal.aborted; ticks += 1) {
      let looks = 0;
      for (const follower of this.#followers.values()) {
        follower.tick(ticks % thoroughTicks === 0);
        looks += 1;
        // A hundred looks take about a millisecond.
        if (looks % 100 === 0) await setImmediate();
      }
      await clock.sleep(tickMillis, signal).catch(() => undefined);
    }
  }
}
