import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import { BoundedOutput } from "../../host/bounded-output.ts";
import { withDeadline } from "../../host/deadline.ts";
import type { Container } from "../../model/container.ts";
import { CriError } from "../../model/error.ts";
import type { Clock, Log } from "../../model/ports.ts";
import type { ExecSyncRequest, ExecSyncResult, IoBackend } from "../backend.ts";
import type { DockerApi } from "./client.ts";
import { isNotFound, statusOf } from "./errors.ts";
import { createExec, inspectExec, startExec } from "./exec-calls.ts";
import { ExecEnds } from "./exec-ends.ts";
import { execFailure } from "./exec-failure.ts";
import { type ExecTree, killExecTree } from "./exec-tree.ts";
import { StreamFrames } from "./stream-frames.ts";

export interface DockerIoOptions {
  readonly api: DockerApi;
  readonly clock: Clock;
  readonly log: Log;
  /** The first process of a container on the host; undefined or 0 when it does not run. */
  readonly pidOf: (containerId: string) => number | undefined;
}

/** A process that has ended may leave others that hold its stdout; docker itself waits 2 s for those. */
const drainMillis = 500;
/** The exit code comes by event right after the output's end; this long it is waited for before docker is asked. */
const eventMillis = 20;
/** Before the output's end docker is asked first after so long: most commands have ended by then. */
const firstAskMillis = 250;
/** Between questions to docker, should its event be lost. */
const maxAskMillis = 2_000;
/** A killed tree is gone at once but for processes that wait for a device. */
const killMillis = 900;
/** An engine that hung may start a command that was given up long before. */
const chaseMillis = 60_000;

interface Running {
  readonly execId: string;
  tree: ExecTree;
  /** False until docker was asked to start it, and again when it refused. */
  mayRun: boolean;
  /** Whether it is known to have begun: its processes were found, or docker told of them. */
  hasBegun: boolean;
  exitCode: number | undefined;
  readonly died: Promise<number>;
}

/** Commands in docker's containers. */
export class DockerIo implements IoBackend {
  readonly #options: DockerIoOptions;
  readonly #ends = new ExecEnds();

  constructor(options: DockerIoOptions) {
    this.#options = options;
  }

  /** Takes the end of an exec from the event stream. */
  noteExecDied(execId: string, exitCode: number): void {
    this.#ends.note(execId, exitCode);
  }

  /**
   * Runs a command to its end; two calls to docker when its events come. Whatever ends it before that, all its processes are
   * killed. Throws DeadlineExceeded past the request's timeout, Cancelled, FailedPrecondition when the container does not
   * run, Unavailable when docker is lost or did not start it in time. A command that cannot be started has docker's exit
   * codes, 126 and 127.
   */
  async execSync(
    container: Container,
    request: ExecSyncRequest,
    signal: AbortSignal,
  ): Promise<ExecSyncResult> {
    const limit =
      request.timeoutMillis === undefined ? signal : withDeadline(signal, request.timeoutMillis);
    const running = await this.#create(container, request, limit).catch((thrown: unknown) => {
      throw execFailure(thrown, request, { signal, limit, progress: "none" });
    });
    try {
      return await this.#run(running, request, limit);
    } catch (thrown) {
      if (running.mayRun) await this.#end(running);
      const progress = running.hasBegun ? "begun" : "created";
      throw execFailure(thrown, request, { signal, limit, progress });
    } finally {
      this.#ends.forget(running.execId);
    }
  }

  async #create(
    container: Container,
    request: ExecSyncRequest,
    limit: AbortSignal,
  ): Promise<Running> {
    const containerPid = this.#options.pidOf(container.id) ?? 0;
    if (containerPid === 0) {
      throw new CriError("FailedPrecondition", `container "${container.id}" does not run`);
    }
    const marker = `CRI_FERRY_EXEC=${randomBytes(8).toString("hex")}`;
    const create = { containerId: container.id, command: request.command, env: [marker] };
    const execId = await createExec(this.#options.api, create, limit);
    const running: Running = {
      execId,
      tree: { containerId: container.id, containerPid, marker },
      mayRun: false,
      hasBegun: false,
      exitCode: undefined,
      died: this.#ends.expect(execId).then((exitCode) => (running.exitCode = exitCode)),
    };
    return running;
  }

  async #run(
    running: Running,
    request: ExecSyncRequest,
    limit: AbortSignal,
  ): Promise<ExecSyncResult> {
    const stdout = new BoundedOutput(request.maxOutputBytes);
    const stderr = new BoundedOutput(request.maxOutputBytes);
    const frames = new StreamFrames((stream, bytes) => {
      if (stream === "stdout") stdout.push(bytes);
      else stderr.push(bytes);
    });
    const stream = await this.#start(running, limit);
    try {
      const exitCode = await this.#exitCode(running, outputEnd(stream, frames), limit);
      return { exitCode, stdout: stdout.bytes(), stderr: stderr.bytes() };
    } finally {
      stream.destroy();
    }
  }

  async #start(running: Running, limit: AbortSignal): Promise<Duplex> {
    running.mayRun = true;
    try {
      return await startExec(this.#options.api, running.execId, limit);
    } catch (thrown) {
      running.mayRun = statusOf(thrown) === undefined;
      throw thrown;
    }
  }

  /** Waits for the process to end and for its output, but no longer than a moment for output that others hold open. */
  async #exitCode(running: Running, ended: Promise<void>, limit: AbortSignal): Promise<number> {
    const exitCode = await Promise.race([running.died, this.#asked(running, ended, limit)]);
    const drain = new AbortController();
    await Promise.race([
      ended,
      this.#options.clock.sleep(drainMillis, drain.signal).catch(() => undefined),
    ]);
    drain.abort();
    return exitCode;
  }

  /**
   * Asks docker for the exit code, soon after the output's end, when the event is due, and now and then before: docker holds the
   * event back for two seconds when a child has the output, but answers. A process may also close its output and live on.
   */
  async #asked(running: Running, ended: Promise<void>, limit: AbortSignal): Promise<number> {
    const { clock } = this.#options;
    const output = new AbortController();
    const told = new AbortController();
    void ended.then(() => output.abort());
    void running.died.then(() => told.abort());
    const pause = async (millis: number, ...until: readonly AbortSignal[]) => {
      const waiting = AbortSignal.any([limit, told.signal, ...until]);
      await clock.sleep(millis, waiting).catch(() => undefined);
    };
    for (let millis = firstAskMillis; !output.signal.aborted; millis = later(millis)) {
      await pause(millis, output.signal);
      if (output.signal.aborted) break;
      const exitCode = await this.#ask(running, limit).catch(() => undefined);
      if (exitCode !== undefined) return exitCode;
      limit.throwIfAborted();
    }
    for (let millis = eventMillis; ; millis = later(millis)) {
      await pause(millis);
      const exitCode = await this.#ask(running, limit);
      if (exitCode !== undefined) return exitCode;
    }
  }

  async #ask(running: Running, limit: AbortSignal): Promise<number | undefined> {
    if (running.exitCode !== undefined) return running.exitCode;
    limit.throwIfAborted();
    return (await inspectExec(this.#options.api, running.execId, limit)).exitCode;
  }

  async #end(running: Running): Promise<void> {
    const isGone = await this.#killUntil(running, { millis: killMillis, restMillis: 20 }).catch(
      () => false,
    );
    if (isGone) return;
    const { log } = this.#options;
    const fields = { containerId: running.tree.containerId };
    void this.#killUntil(running, { millis: chaseMillis, restMillis: 1_000 }).then(
      (isGoneNow) => {
        // Whatever never began is for who tells that docker hangs.
        if (!isGoneNow && running.hasBegun)
          log.warn("processes of a command that was given up do not end", fields);
      },
      (thrown: unknown) =>
        log.warn("a command that was given up cannot be ended", { ...fields, err: String(thrown) }),
    );
  }

  /** Kills what is found until nothing is and docker says that the command has ended. Returns false when the time is over. */
  async #killUntil(
    running: Running,
    pace: { readonly millis: number; readonly restMillis: number },
  ): Promise<boolean> {
    const { clock } = this.#options;
    const end = clock.monotonicMillis() + pace.millis;
    for (let rest = pace.restMillis; ; rest *= 2) {
      const found = await killExecTree(running.tree);
      if (found > 0) running.hasBegun = true;
      if (found === 0 && (await this.#hasEnded(running))) return true;
      const left = end - clock.monotonicMillis();
      if (left <= 0) return false;
      await clock.sleep(Math.min(rest, left));
    }
  }

  /** Before its start a command has no exit code either: then there may still be something to kill later. */
  async #hasEnded(running: Running): Promise<boolean> {
    running.hasBegun ||= running.exitCode !== undefined;
    if (running.exitCode !== undefined) return true;
    try {
      const state = await inspectExec(
        this.#options.api,
        running.execId,
        AbortSignal.timeout(killMillis / 3),
      );
      running.hasBegun ||= state.pid > 0 || state.exitCode !== undefined;
      if (state.pid > 0) running.tree = { ...running.tree, mainPid: state.pid };
      return state.exitCode !== undefined;
    } catch (thrown) {
      // A dockerd that was restarted starts nothing that the one before was asked for.
      return isNotFound(thrown);
    }
  }
}

/** The next pause between questions. */
function later(millis: number): number {
  return Math.min(millis * 2, maxAskMillis);
}

/** Resolves when docker sends no more, for whatever reason. */
function outputEnd(stream: Duplex, frames: StreamFrames): Promise<void> {
  return new Promise((resolve) => {
    stream.on("data", (chunk: Buffer) => frames.push(chunk));
    stream.on("error", () => resolve());
    stream.on("end", () => resolve());
    stream.on("close", () => resolve());
  });
}
