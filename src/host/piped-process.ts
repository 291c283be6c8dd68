import { spawn } from "node:child_process";
import { constants } from "node:os";
import type { Readable, Writable } from "node:stream";
import { CriError } from "../model/error.ts";

/** A child process whose three streams are ours. */
export interface PipedProcess {
  /** undefined: its input is empty. */
  readonly stdin: Writable | undefined;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Its exit code, 128 + n when signal n ended it. Rejects with NotFound when there is no such program. */
  readonly exitCode: Promise<number>;
  /** How many bytes of its output were read so far. */
  readBytes(): number;
  /** Kills it and closes our ends. */
  end(): void;
}

/** Starts a program without a shell, in a process group of its own. Whoever starts it must wait for its exit code. */
export function startPiped(
  file: string,
  args: readonly string[],
  { stdin }: { readonly stdin: boolean },
): PipedProcess {
  const child = spawn(file, args, {
    detached: true,
    stdio: [stdin ? "pipe" : "ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"] ?? "" },
  });
  const { promise: exitCode, resolve, reject } = Promise.withResolvers<number>();
  exitCode.catch(() => undefined);
  child.once("error", (thrown) => reject(new CriError("NotFound", `${file}: ${thrown.message}`)));
  child.once("exit", (code, signal) =>
    resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
  );
  let bytesRead = 0;
  // Both are read all the time, or held up by who takes them.
  for (const output of [child.stdout, child.stderr])
    output?.on("data", (chunk: Buffer) => (bytesRead += chunk.length)).pause();
  // Whoever reads or writes them sees the close.
  for (const stream of [child.stdin, child.stdout, child.stderr])
    stream?.on("error", () => undefined);
  return {
    stdin: child.stdin ?? undefined,
    stdout: child.stdout as Readable,
    stderr: child.stderr as Readable,
    exitCode,
    readBytes: () => bytesRead,
    end: () => {
      child.kill("SIGKILL");
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
    },
  };
}
