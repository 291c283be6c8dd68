import type { Container } from "../../model/container.ts";
import type { Clock } from "../../model/ports.ts";
import type { StreamSession, TerminalSize } from "../../model/streaming.ts";
import type { ExecStreams } from "../backend.ts";
import { execFailure } from "./exec-failure.ts";
import type { ExecRun, ExecRuns } from "./exec-run.ts";
import { OutputPump } from "./output-pump.ts";
import { passInput } from "./pass-input.ts";
import { TerminalSizes } from "./terminal-sizes.ts";

export interface ExecStreamOptions {
  readonly runs: ExecRuns;
  readonly clock: Clock;
}

/** Between questions to docker, should its event be lost. */
const maxAskMillis = 30_000;
/** Between looks whether a client that does not read has to be waited for any longer. */
const lookMillis = 500;
/** Docker itself closes the output two seconds after the end, whoever else holds it. */
const drainMillis = 3_000;

/**
 * Runs commands with the streams of a client. Whatever ends one before its time, all its processes are killed. Throws
 * Cancelled when the client has gone, FailedPrecondition when the container does not run, Unavailable when docker is lost.
 */
export class ExecStream {
  readonly #options: ExecStreamOptions;

  constructor(options: ExecStreamOptions) {
    this.#options = options;
  }

  /** Returns the exit code; of a command that cannot be started it is docker's, 126 or 127, and the words are its output. */
  async run(
    container: Container,
    { command, streams, session }: ExecStreams,
    signal: AbortSignal,
  ): Promise<number> {
    const sizes = streams.tty ? new TerminalSizes(session.resizes) : undefined;
    const told = { signal, limit: signal };
    using run = await this.#options.runs
      .create(container, { command, streams }, signal)
      .catch((thrown: unknown) => {
        throw execFailure(thrown, { command }, { ...told, progress: "none" });
      });
    try {
      return await this.#connect(run, { session, tty: streams.tty, sizes }, signal);
    } catch (thrown) {
      await run.end();
      throw execFailure(thrown, { command }, { ...told, progress: run.progress });
    }
  }

  async #connect(
    run: ExecRun,
    { session, tty, sizes }: Client,
    signal: AbortSignal,
  ): Promise<number> {
    const ending = new AbortController();
    const life = AbortSignal.any([signal, ending.signal]);
    const connection = await run.start(sizes?.newest, life);
    const pump = new OutputPump(connection, session, tty);
    // Docker takes the end of a terminal's input for the wish to see no more of its output.
    using _input = passInput(session.stdin, connection, { endsToo: !tty });
    const resize = (size: TerminalSize, limit: AbortSignal) => run.resize(size, limit);
    const beside = [this.#releaseAtEnd(run, pump, life)];
    if (sizes !== undefined) beside.push(sizes.follow(resize, life));
    try {
      return await this.#exitCode(run, pump, life);
    } finally {
      ending.abort();
      connection.destroy();
      await Promise.all(beside);
    }
  }

  async #exitCode(run: ExecRun, pump: OutputPump, life: AbortSignal): Promise<number> {
    const output = pump.run();
    const outputEnded = output.catch(() => undefined);
    // Rejects when the client has gone, and never resolves.
    const left = output.then(() => new Promise<never>(() => undefined));
    const exitCode = await Promise.race([run.exitCode({ outputEnded, maxAskMillis }, life), left]);
    pump.release();
    await Promise.race([output, this.#silence(pump, outputEnded)]);
    return exitCode;
  }

  /** Resolves when nothing has come for a while: somebody else holds the output of a process that has ended. */
  async #silence(pump: OutputPump, outputEnded: Promise<void>): Promise<void> {
    const drained = new AbortController();
    void outputEnded.then(() => drained.abort());
    for (let passed = -1; passed !== pump.passedBytes && !drained.signal.aborted; ) {
      passed = pump.passedBytes;
      await this.#options.clock.sleep(drainMillis, drained.signal).catch(() => undefined);
    }
  }

  /** The end of a command comes by event only when docker has given up on what was not read. */
  async #releaseAtEnd(run: ExecRun, pump: OutputPump, life: AbortSignal): Promise<void> {
    while (!life.aborted) {
      await this.#options.clock.sleep(lookMillis, life).catch(() => undefined);
      if (!pump.isWaiting || life.aborted) continue;
      if (await run.isOver(life).catch(() => false)) return pump.release();
    }
  }
}

interface Client {
  readonly session: StreamSession;
  readonly tty: boolean;
  readonly sizes: TerminalSizes | undefined;
}
