import type { Readable, Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { abandonable } from "../../host/abandonable.ts";
import { type PipedProcess, startPiped } from "../../host/piped-process.ts";
import type { Clock } from "../../model/ports.ts";
import type { StreamSession } from "../../model/streaming.ts";
import type { ExecStreams } from "../backend.ts";

/** A process that has ended may leave others that hold its output: this long is waited for what they say. */
const drainMillis = 3_000;

export interface StreamedExec {
  readonly file: string;
  readonly args: readonly string[];
  readonly exec: ExecStreams;
  readonly clock: Clock;
}

/**
 * Runs a program with a client's streams and returns its exit code, once all that it wrote is handed over. Throws Cancelled or
 * DeadlineExceeded when the signal aborts: its processes are then the caller's to end.
 */
export async function runStreamed(
  { file, args, exec, clock }: StreamedExec,
  signal: AbortSignal,
): Promise<number> {
  const { session } = exec;
  const child = startPiped(file, args, { stdin: session.stdin !== undefined });
  try {
    // A client that vanishes is told by the signal; its input has then no end that a process should see.
    session.stdin?.on("error", () => undefined);
    if (child.stdin !== undefined) session.stdin?.pipe(child.stdin);
    const outputs = [passOn(child.stdout, session.stdout), passOn(child.stderr, session.stderr)];
    const exitCode = await abandonable(child.exitCode, signal, "command");
    await drained({ child, session, ended: Promise.all(outputs), clock }, signal);
    return exitCode;
  } finally {
    leave(child, session.stdin);
  }
}

/** As fast as it is taken; what was not asked for goes nowhere. Resolves at its end. */
async function passOn(output: Readable, sink: Writable | undefined): Promise<void> {
  if (sink === undefined) output.resume();
  else output.pipe(sink, { end: false });
  await finished(output, { writable: false }).catch(() => undefined);
}

interface Drain {
  readonly child: PipedProcess;
  readonly session: StreamSession;
  readonly ended: Promise<unknown>;
  readonly clock: Clock;
}

/** Waits for the output's end. A client that is slow is waited for; somebody who holds the output and says nothing is not. */
async function drained(
  { child, session, ended, clock }: Drain,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const isEnded = ended.then(() => over.abort());
  const limit = AbortSignal.any([signal, over.signal]);
  for (let read = -1; read !== child.readBytes() || isHeldUp(session); ) {
    read = child.readBytes();
    await Promise.race([isEnded, clock.sleep(drainMillis, limit).catch(() => undefined)]);
    if (limit.aborted) return;
  }
}

function isHeldUp({ stdout, stderr }: StreamSession): boolean {
  return [stdout, stderr].some((sink) => sink?.writableNeedDrain === true && !sink.destroyed);
}

function leave(child: PipedProcess, stdin: Readable | undefined): void {
  if (child.stdin !== undefined) stdin?.unpipe(child.stdin);
  child.stdout.unpipe();
  child.stderr.unpipe();
  child.end();
}
