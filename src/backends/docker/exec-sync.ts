import type { Duplex } from "node:stream";
import { BoundedOutput } from "../../host/bounded-output.ts";
import { withDeadline } from "../../host/deadline.ts";
import type { Container } from "../../model/container.ts";
import type { Clock } from "../../model/ports.ts";
import type { ExecSyncRequest, ExecSyncResult } from "../backend.ts";
import { execFailure } from "./exec-failure.ts";
import type { ExecRun, ExecRuns } from "./exec-run.ts";
import { StreamFrames } from "./stream-frames.ts";

export interface ExecSyncOptions {
  readonly runs: ExecRuns;
  readonly clock: Clock;
}

/** A process that has ended may leave others that hold its stdout; docker itself waits 2 s for those. */
const drainMillis = 500;
/** Between questions to docker, should its event be lost. */
const maxAskMillis = 2_000;

const outputOnly = { tty: false, stdin: false, stdout: true, stderr: true } as const;

/**
 * Runs a command to its end; two calls to docker when its events come. Whatever ends it before that, all its processes are
 * killed. Throws DeadlineExceeded past the request's timeout, Cancelled, FailedPrecondition when the container does not
 * run, Unavailable when docker is lost or did not start it in time. A command that cannot be started has docker's exit
 * codes, 126 and 127.
 */
export class ExecSync {
  readonly #options: ExecSyncOptions;

  constructor(options: ExecSyncOptions) {
    this.#options = options;
  }

  async run(
    container: Container,
    request: ExecSyncRequest,
    signal: AbortSignal,
  ): Promise<ExecSyncResult> {
    const { command, timeoutMillis } = request;
    const limit = timeoutMillis === undefined ? signal : withDeadline(signal, timeoutMillis);
    const create = { command, streams: outputOnly };
    using run = await this.#options.runs
      .create(container, create, limit)
      .catch((thrown: unknown) => {
        throw execFailure(thrown, request, { signal, limit, progress: "none" });
      });
    try {
      return await this.#collect(run, request, limit);
    } catch (thrown) {
      await run.end();
      throw execFailure(thrown, request, { signal, limit, progress: run.progress });
    }
  }

  async #collect(
    run: ExecRun,
    request: ExecSyncRequest,
    limit: AbortSignal,
  ): Promise<ExecSyncResult> {
    const stdout = new BoundedOutput(request.maxOutputBytes);
    const stderr = new BoundedOutput(request.maxOutputBytes);
    const frames = new StreamFrames((stream, bytes) => {
      if (stream === "stdout") stdout.push(bytes);
      else stderr.push(bytes);
    });
    const connection = await run.start(undefined, limit);
    try {
      const outputEnded = outputEnd(connection, frames);
      const exitCode = await run.exitCode({ outputEnded, maxAskMillis }, limit);
      await this.#drain(outputEnded);
      return { exitCode, stdout: stdout.bytes(), stderr: stderr.bytes() };
    } finally {
      connection.destroy();
    }
  }

  /** Waits for the output's end, but no longer than a moment when others hold it open. */
  async #drain(outputEnded: Promise<void>): Promise<void> {
    const drained = new AbortController();
    const { clock } = this.#options;
    await Promise.race([
      outputEnded,
      clock.sleep(drainMillis, drained.signal).catch(() => undefined),
    ]);
    drained.abort();
  }
}

/** Resolves when docker sends no more, for whatever reason. */
function outputEnd(connection: Duplex, frames: StreamFrames): Promise<void> {
  return new Promise((resolve) => {
    connection.on("data", (chunk: Buffer) => frames.push(chunk));
    connection.on("error", () => resolve());
    connection.on("end", () => resolve());
    connection.on("close", () => resolve());
  });
}
