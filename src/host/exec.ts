import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { CriError, errnoOf } from "../model/error.ts";
import { BoundedOutput } from "./bounded-output.ts";

export interface ExecOptions {
  /** Ends the child when it aborts. */
  readonly signal: AbortSignal;
  /** Ends the child after that long. */
  readonly timeoutMillis: number;
  /** Added to this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Written to stdin; without it stdin is /dev/null. When a stream fails the child is killed, and its error is what is thrown. */
  readonly input?: string | Uint8Array | Readable;
  readonly cwd?: string;
  /** Of stdout and of stderr each; default 1 MiB. */
  readonly maxOutputBytes?: number;
  /** What becomes of a child that writes more: killed, or the rest is read and dropped; default killed. */
  readonly onTooMuch?: "kill" | "drop";
  /** An open file of ours that the child gets as its descriptor 3. */
  readonly inheritedFd?: number;
}

export interface ExecResult {
  /** 128 + n when signal n ended it. */
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

const defaultMaxOutputBytes = 1 << 20;
/** A grandchild may keep our pipes open after the child has ended; its output is not what was asked for. */
const drainMillis = 500;
/** A killed child in an uninterruptible wait ends whenever its device answers; nobody waits for that. */
const reapMillis = 200;

/**
 * Runs a program without a shell, in a process group of its own, and returns its exit code and output; a code other than 0 is
 * a result. On abort, deadline or too much output the whole group is killed.
 * Throws NotFound (no such program or folder), DeadlineExceeded, Cancelled, ResourceExhausted (too much output, no more
 * processes) or Internal; every message begins with the program's name.
 */
export async function exec(
  file: string,
  args: readonly string[],
  options: ExecOptions,
): Promise<ExecResult> {
  if (options.signal.aborted) throw stopped(file, options.signal.reason);
  const child = start(file, args, options);
  const limit = options.maxOutputBytes ?? defaultMaxOutputBytes;
  const stdout = new BoundedOutput(limit);
  const stderr = new BoundedOutput(limit);
  const reason = await watch(child, { file, options, outputs: [stdout, stderr] });
  if (reason !== undefined) throw reason;
  return { exitCode: exitCodeOf(child), stdout: stdout.bytes(), stderr: stderr.bytes() };
}

function start(file: string, args: readonly string[], options: ExecOptions): ChildProcess {
  const { NOTIFY_SOCKET: _, ...own } = process.env;
  try {
    return spawn(file, args, {
      detached: true,
      env: { ...own, ...options.env },
      stdio: [
        options.input === undefined ? "ignore" : "pipe",
        "pipe",
        "pipe",
        ...(options.inheritedFd === undefined ? [] : [options.inheritedFd]),
      ],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
  } catch (thrown) {
    throw CriError.from(thrown, basename(file));
  }
}

interface Watch {
  readonly file: string;
  readonly options: ExecOptions;
  readonly outputs: readonly [BoundedOutput, BoundedOutput];
}

/** Resolves when the child has ended and its output is read; with an error when it was ended by us or never began. */
function watch(
  child: ChildProcess,
  { file, options, outputs }: Watch,
): Promise<CriError | undefined> {
  const { promise, resolve } = Promise.withResolvers<CriError | undefined>();
  let failure: CriError | undefined;
  let drain: NodeJS.Timeout | undefined;
  const isTooMuch = options.onTooMuch !== "drop";
  const finish = () => resolve(failure);
  const stop = (error: CriError) => {
    failure ??= error;
    killGroup(child);
    drain ??= setTimeout(finish, reapMillis);
  };
  const onAbort = () => stop(stopped(file, options.signal.reason));
  const deadline = setTimeout(() => stop(late(file, options.timeoutMillis)), options.timeoutMillis);

  options.signal.addEventListener("abort", onAbort, { once: true });
  child.on("error", (thrown) => resolve(notStarted(file, options.cwd, thrown)));
  child.once("exit", () => {
    clearTimeout(deadline);
    drain ??= setTimeout(finish, drainMillis);
  });
  child.once("close", finish);
  child.stdout?.on("data", (chunk: Buffer) => {
    if (!outputs[0].push(chunk) && isTooMuch) stop(tooMuch(file, outputs[0].limit));
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    if (!outputs[1].push(chunk) && isTooMuch) stop(tooMuch(file, outputs[1].limit));
  });
  writeInput(child, options.input, stop);

  return promise.finally(() => {
    clearTimeout(deadline);
    clearTimeout(drain);
    options.signal.removeEventListener("abort", onAbort);
    release(child);
  });
}

function writeInput(
  { stdin }: ChildProcess,
  input: ExecOptions["input"],
  stop: (error: CriError) => void,
): void {
  // A child that ends without reading its input makes the pipe fail; its exit code tells the story.
  stdin?.on("error", () => undefined);
  if (!(input instanceof Readable)) {
    stdin?.end(input);
    return;
  }
  input.on("error", (thrown) => stop(CriError.from(thrown, "input")));
  stdin?.once("close", () => input.destroy());
  if (stdin !== null) input.pipe(stdin);
}

/** Closes our ends of the pipes and lets the event loop forget the child; libuv still reaps it. */
function release(child: ChildProcess): void {
  child.stdin?.destroy();
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}

function killGroup(child: ChildProcess): void {
  // After the child was reaped its number may belong to somebody else.
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (thrown) {
    if (errnoOf(thrown) !== "ESRCH") throw thrown;
  }
}

function exitCodeOf(child: ChildProcess): number {
  if (child.exitCode !== null) return child.exitCode;
  const number = child.signalCode === null ? undefined : constants.signals[child.signalCode];
  return 128 + (number ?? 0);
}

function stopped(file: string, reason: unknown): CriError {
  return CriError.from(
    reason instanceof CriError
      ? new CriError(reason.kind, `${basename(file)}: ${reason.message}`)
      : reason,
    `${basename(file)} was stopped`,
  );
}

function late(file: string, millis: number): CriError {
  return new CriError("DeadlineExceeded", `${basename(file)} did not end within ${millis} ms`);
}

function tooMuch(file: string, limit: number): CriError {
  return new CriError("ResourceExhausted", `${basename(file)} wrote more than ${limit} bytes`);
}

function notStarted(file: string, cwd: string | undefined, thrown: Error): CriError {
  if (errnoOf(thrown) !== "ENOENT") return CriError.from(thrown, basename(file));
  const where = cwd === undefined ? "" : ` or no folder ${cwd}`;
  return new CriError("NotFound", `${basename(file)}: no program ${file}${where}`, {
    cause: thrown,
  });
}
