import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import { type ProcessIdentity, readProcess } from "../../host/process-table.ts";
import type { Container } from "../../model/container.ts";
import { CriError } from "../../model/error.ts";
import type { Clock, Log } from "../../model/ports.ts";
import type { StreamChoice, TerminalSize } from "../../model/streaming.ts";
import type { DockerApi } from "./client.ts";
import { isNotFound, statusOf } from "./errors.ts";
import { createExec, inspectExec, resizeExec, startExec } from "./exec-calls.ts";
import { ExecEnds } from "./exec-ends.ts";
import type { ExecProgress } from "./exec-failure.ts";
import { type ExecTree, killExecTree } from "./exec-tree.ts";

export interface ExecRunsOptions {
  readonly api: DockerApi;
  readonly clock: Clock;
  readonly log: Log;
  /** The first process of a container on the host; undefined or 0 when it does not run. */
  readonly pidOf: (containerId: string) => number | undefined;
}

/** A command to run, and the streams that it gets. */
export interface ExecCommand {
  readonly command: readonly string[];
  readonly streams: StreamChoice;
}

/** How the end of a command is waited for. */
export interface ExecWaiting {
  /** Resolves when docker sends no more output. */
  readonly outputEnded: Promise<void>;
  /** Between questions to docker before the output's end, at most. */
  readonly maxAskMillis: number;
}

/** The exit code comes by event right after the output's end; this long it is waited for before docker is asked. */
const eventMillis = 20;
/** Before the output's end docker is asked first after so long: most commands have ended by then. */
const firstAskMillis = 250;
/** After the output's end; a process may also close its output and live on. */
const maxEndedAskMillis = 2_000;
/** A killed tree is gone at once but for processes that wait for a device. */
const killMillis = 900;
/** An engine that hung may start a command that was given up long before. */
const chaseMillis = 60_000;

/** Makes commands in docker's containers and tells each of its end. */
export class ExecRuns {
  readonly #options: ExecRunsOptions;
  readonly #ends = new ExecEnds();

  constructor(options: ExecRunsOptions) {
    this.#options = options;
  }

  /** Takes the end of an exec from the event stream. */
  noteDied(execId: string, exitCode: number): void {
    this.#ends.note(execId, exitCode);
  }

  /** Prepares a command; the result must be disposed of. Throws FailedPrecondition when the container does not run. */
  async create(
    { id }: Container,
    { command, streams }: ExecCommand,
    signal: AbortSignal,
  ): Promise<ExecRun> {
    const containerPid = this.#options.pidOf(id) ?? 0;
    if (containerPid === 0) {
      throw new CriError("FailedPrecondition", `container "${id}" does not run`);
    }
    const marker = `CRI_FERRY_EXEC=${randomBytes(8).toString("hex")}`;
    const create = { containerId: id, command, env: [marker], streams };
    const execId = await createExec(this.#options.api, create, signal);
    const tree = { containerId: id, containerPid, marker };
    return new ExecRun(this.#options, { execId, tty: streams.tty, tree, ends: this.#ends });
  }
}

interface Made {
  readonly execId: string;
  readonly tty: boolean;
  readonly tree: ExecTree;
  readonly ends: ExecEnds;
}

/** One command in a container, from its creation to its end. */
export class ExecRun implements Disposable {
  readonly #options: ExecRunsOptions;
  readonly #made: Made;
  readonly #died: Promise<number>;
  #tree: ExecTree;
  /** False until docker was asked to start it, and again when it refused. */
  #mayRun = false;
  /** Whether it is known to have begun: its processes were found, or docker told of them. */
  #hasBegun = false;
  #exitCode: number | undefined;
  #process: ProcessIdentity | undefined;

  constructor(options: ExecRunsOptions, made: Made) {
    this.#options = options;
    this.#made = made;
    this.#tree = made.tree;
    this.#died = made.ends.expect(made.execId).then((exitCode) => (this.#exitCode = exitCode));
  }

  /** How far it is known to have come. */
  get progress(): ExecProgress {
    return this.#hasBegun ? "begun" : "created";
  }

  /** Starts it and returns the connection with its streams. */
  async start(size: TerminalSize | undefined, signal: AbortSignal): Promise<Duplex> {
    const { execId, tty } = this.#made;
    this.#mayRun = true;
    try {
      return await startExec(this.#options.api, { execId, tty, size }, signal);
    } catch (thrown) {
      this.#mayRun = statusOf(thrown) === undefined;
      throw thrown;
    }
  }

  /** Sets the size of its terminal; once docker was asked to start it. */
  async resize(size: TerminalSize, signal: AbortSignal): Promise<void> {
    await resizeExec(this.#options.api, { execId: this.#made.execId, size }, signal);
  }

  /** Returns its exit code when it has ended, by event or else by asking docker. */
  async exitCode(waiting: ExecWaiting, signal: AbortSignal): Promise<number> {
    return await Promise.race([this.#died, this.#asked(waiting, signal)]);
  }

  /** Whether its process has ended, which docker tells later; docker is asked for the process once, then the kernel for its end. */
  async isOver(signal: AbortSignal): Promise<boolean> {
    if (this.#exitCode !== undefined) return true;
    if (this.#process !== undefined) {
      const now = await readProcess(this.#process.pid);
      return now?.startTime !== this.#process.startTime || now.isZombie;
    }
    const { pid, exitCode } = await inspectExec(this.#options.api, this.#made.execId, signal);
    if (pid > 0) this.#process = await readProcess(pid);
    return exitCode !== undefined;
  }

  /** Returns its exit code, undefined while it runs; asks docker unless the event has come. */
  async #ask(signal: AbortSignal): Promise<number | undefined> {
    if (this.#exitCode !== undefined) return this.#exitCode;
    signal.throwIfAborted();
    return (await inspectExec(this.#options.api, this.#made.execId, signal)).exitCode;
  }

  /** Kills all its processes, if it was started at all; of those that do not end within a second, goes on with it in the background. */
  async end(): Promise<void> {
    if (!this.#mayRun) return;
    const isGone = await this.#killUntil({ millis: killMillis, restMillis: 20 }).catch(() => false);
    if (isGone) return;
    const { log } = this.#options;
    const fields = { containerId: this.#tree.containerId };
    void this.#killUntil({ millis: chaseMillis, restMillis: 1_000 }).then(
      (isGoneNow) => {
        // Whatever never began is for who tells that docker hangs.
        if (!isGoneNow && this.#hasBegun)
          log.warn("processes of a command that was given up do not end", fields);
      },
      (thrown: unknown) =>
        log.warn("a command that was given up cannot be ended", { ...fields, err: String(thrown) }),
    );
  }

  [Symbol.dispose](): void {
    this.#made.ends.forget(this.#made.execId);
  }

  /**
   * Asks docker for the exit code, soon after the output's end, when the event is due, and now and then before: docker holds the
   * event back for two seconds when a child has the output, but answers. A process may also close its output and live on.
   */
  async #asked({ outputEnded, maxAskMillis }: ExecWaiting, signal: AbortSignal): Promise<number> {
    const { clock } = this.#options;
    const output = new AbortController();
    const told = new AbortController();
    void outputEnded.then(() => output.abort());
    void this.#died.then(() => told.abort());
    const pause = async (millis: number, ...until: readonly AbortSignal[]) => {
      const waiting = AbortSignal.any([signal, told.signal, ...until]);
      await clock.sleep(millis, waiting).catch(() => undefined);
    };
    let millis = Math.min(firstAskMillis, maxAskMillis);
    for (; !output.signal.aborted; millis = Math.min(millis * 2, maxAskMillis)) {
      await pause(millis, output.signal);
      if (output.signal.aborted) break;
      const exitCode = await this.#ask(signal).catch(() => undefined);
      if (exitCode !== undefined) return exitCode;
      signal.throwIfAborted();
    }
    for (millis = eventMillis; ; millis = Math.min(millis * 2, maxEndedAskMillis)) {
      await pause(millis);
      const exitCode = await this.#ask(signal);
      if (exitCode !== undefined) return exitCode;
    }
  }

  /** Kills what is found until nothing is and docker says that the command has ended. Returns false when the time is over. */
  async #killUntil(pace: {
    readonly millis: number;
    readonly restMillis: number;
  }): Promise<boolean> {
    const { clock } = this.#options;
    const end = clock.monotonicMillis() + pace.millis;
    for (let rest = pace.restMillis; ; rest *= 2) {
      const found = await killExecTree(this.#tree);
      if (found > 0) this.#hasBegun = true;
      if (found === 0 && (await this.#hasEnded())) return true;
      const left = end - clock.monotonicMillis();
      if (left <= 0) return false;
      await clock.sleep(Math.min(rest, left));
    }
  }

  /** Before its start a command has no exit code either: then there may still be something to kill later. */
  async #hasEnded(): Promise<boolean> {
    this.#hasBegun ||= this.#exitCode !== undefined;
    if (this.#exitCode !== undefined) return true;
    const limit = AbortSignal.timeout(killMillis / 3);
    try {
      const state = await inspectExec(this.#options.api, this.#made.execId, limit);
      this.#hasBegun ||= state.pid > 0 || state.exitCode !== undefined;
      if (state.pid > 0) this.#tree = { ...this.#tree, mainPid: state.pid };
      return state.exitCode !== undefined;
    } catch (thrown) {
      // A dockerd that was restarted starts nothing that the one before was asked for.
      return isNotFound(thrown);
    }
  }
}
