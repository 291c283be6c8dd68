import { CriError, type CriErrorKind } from "../model/error.ts";
import { type ExecResult, exec } from "./exec.ts";

/** What a path leads to, links followed. */
export type PathKind = "file" | "folder" | "device" | "socket" | "other";

const timeoutMillis = 10_000;
/** Finding the culprit among several paths may not take long again. */
const probeMillis = 1_000;

/**
 * Makes folders with their parents (0755); those that exist are left as they are. In a child process, since the path is a
 * client's and may lie on a mount that never answers.
 * Throws DeadlineExceeded naming the path that hangs, ResourceExhausted on a full or read-only disk, else FailedPrecondition.
 */
export async function ensureFolders(paths: readonly string[], signal: AbortSignal): Promise<void> {
  if (paths.length === 0) return;
  const result = await touch({ program: "mkdir", options: ["-p", "-m", "0755"], paths }, signal);
  if (result.exitCode !== 0) throw refused(result);
}

/**
 * Returns what each path is, undefined where there is nothing.
 * Throws DeadlineExceeded naming the path that hangs, and FailedPrecondition when a path exists but cannot be looked at.
 */
export async function statPaths(
  paths: readonly string[],
  signal: AbortSignal,
): Promise<readonly (PathKind | undefined)[]> {
  if (paths.length === 0) return [];
  // %f is the raw mode in hex; NUL ends each entry, since a path may hold anything else.
  const result = await touch(
    { program: "stat", options: ["-L", "--printf=%f %n\\0"], paths },
    signal,
  );
  if (result.exitCode !== 0 && !onlyMissing(result)) throw refused(result);
  const kinds = new Map(result.stdout.toString().split("\0").filter(Boolean).map(parseStat));
  return paths.map((path) => kinds.get(path));
}

/**
 * Returns the content of a file.
 * Throws NotFound, InvalidArgument when it is longer than maxBytes, DeadlineExceeded when it does not answer, else FailedPrecondition.
 */
export async function readClientFile(
  path: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const result = await touch(
    {
      program: "head",
      options: ["-c", String(maxBytes + 1)],
      paths: [path],
      // The bound holds for error texts too.
      maxOutputBytes: Math.max(maxBytes + 1, 1 << 16),
    },
    signal,
  );
  if (result.exitCode !== 0) {
    throw onlyMissing(result) ? new CriError("NotFound", `no file ${path}`) : refused(result);
  }
  if (result.stdout.length > maxBytes) {
    throw new CriError("InvalidArgument", `${path} is longer than ${maxBytes} bytes`);
  }
  return result.stdout;
}

interface Touch {
  readonly program: string;
  readonly options: readonly string[];
  readonly paths: readonly string[];
  readonly maxOutputBytes?: number;
}

async function touch(request: Touch, signal: AbortSignal): Promise<ExecResult> {
  try {
    return await run(request, timeoutMillis, signal);
  } catch (thrown) {
    if (!(thrown instanceof CriError) || thrown.kind !== "DeadlineExceeded") throw thrown;
    throw await hangs(request.paths, thrown);
  }
}

function run(request: Touch, millis: number, signal: AbortSignal): Promise<ExecResult> {
  const bound = request.maxOutputBytes;
  return exec(request.program, [...request.options, "--", ...request.paths], {
    signal,
    timeoutMillis: millis,
    env: { LC_ALL: "C" },
    ...(bound === undefined ? {} : { maxOutputBytes: bound }),
  });
}

/** The caller's signal has had its time; the probes have their own short one. */
async function hangs(paths: readonly string[], cause: CriError): Promise<CriError> {
  const culprits = paths.length === 1 ? paths : await deadOnes(paths);
  const named = (culprits.length === 0 ? paths : culprits).join(", ");
  const seconds = timeoutMillis / 1000;
  return new CriError(
    "DeadlineExceeded",
    `${named} did not answer within ${seconds}s: is it on a dead network mount?`,
    { cause },
  );
}

async function deadOnes(paths: readonly string[]): Promise<readonly string[]> {
  const signal = AbortSignal.timeout(probeMillis);
  const probes = paths.map((path) =>
    run({ program: "stat", options: ["-L"], paths: [path] }, probeMillis, signal),
  );
  const outcomes = await Promise.allSettled(probes);
  return paths.filter((_, index) => outcomes[index]?.status === "rejected");
}

function parseStat(entry: string): [string, PathKind] {
  const space = entry.indexOf(" ");
  return [entry.slice(space + 1), kindOf(Number.parseInt(entry.slice(0, space), 16))];
}

/** By the file type bits of st_mode (inode(7)). */
function kindOf(mode: number): PathKind {
  switch (mode & 0o170000) {
    case 0o100000:
      return "file";
    case 0o040000:
      return "folder";
    case 0o020000:
    case 0o060000:
      return "device";
    case 0o140000:
      return "socket";
    default:
      return "other";
  }
}

const missing = /: (No such file or directory|Not a directory)$/;

function onlyMissing(result: ExecResult): boolean {
  const lines = result.stderr.toString().split("\n").filter(Boolean);
  return lines.length > 0 && lines.every((line) => missing.test(line));
}

function refused(result: ExecResult): CriError {
  const text = result.stderr.toString().trim();
  return new CriError(refusalKind(text), text === "" ? `exit code ${result.exitCode}` : text);
}

function refusalKind(text: string): CriErrorKind {
  return /No space left|quota exceeded|Read-only file system/.test(text)
    ? "ResourceExhausted"
    : "FailedPrecondition";
}
