import { spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { CriError, messageOf } from "../model/error.ts";

export interface MonitorStart {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Done while the monitor waits and has no children yet: its cgroup is what they inherit. */
  readonly prepare: (pid: number) => Promise<void>;
  readonly timeoutMillis: number;
}

/** What the monitor says of a container once it is created, or why it is not. */
export type MonitorAnswer =
  | { readonly type: "created"; readonly pid: number }
  | { readonly type: "failed"; readonly message: string };

const maxWords = 4 << 10;

/**
 * Starts conmon (github.com/containers/conmon), which goes on without us, and waits until it has made its container. It has two pipes
 * of ours: from the one it reads that it may begin, into the other it writes one line.
 * Throws Unavailable when it ends or says nothing, DeadlineExceeded, Cancelled, NotFound (no such program).
 */
export async function startMonitor(
  start: MonitorStart,
  signal: AbortSignal,
): Promise<MonitorAnswer> {
  const child = spawn(start.file, [...start.args], {
    cwd: start.cwd,
    detached: true,
    stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
    env: { PATH: process.env["PATH"] ?? "", _OCI_SYNCPIPE: "3", _OCI_STARTPIPE: "4" },
  });
  const [, , stderr, sync, begin] = child.stdio as [null, null, Readable, Readable, Writable];
  let words = "";
  stderr.setEncoding("utf8").on("data", (text: string) => {
    words = (words + text).slice(0, maxWords);
  });
  const limit = AbortSignal.any([signal, AbortSignal.timeout(start.timeoutMillis)]);
  let hasBegun = false;
  try {
    const failed = new Promise<never>((_, reject) => {
      child.once("error", (error) =>
        reject(new CriError("NotFound", `${start.file}: ${error.message}`)),
      );
      limit.addEventListener("abort", () => reject(limit.reason as Error), { once: true });
    });
    failed.catch(() => undefined);
    begin.on("error", () => undefined);
    await Promise.race([start.prepare(child.pid ?? 0), failed]);
    hasBegun = true;
    begin.end("\0");
    const line = await Promise.race([firstLine(sync), failed]);
    return answerIn(line, words);
  } catch (thrown) {
    // The end of the pipe it waits for would be a word to begin for it, and nobody would know of the container.
    if (!hasBegun) child.kill("SIGKILL");
    throw CriError.from(thrown, `${start.file} did not make the container`);
  } finally {
    // Its grandchild, the monitor proper, keeps these pipes open for its own use.
    for (const pipe of [stderr, sync, begin]) pipe.destroy();
    child.unref();
  }
}

/** The pipe stays open: to its end would be to the container's end. */
function firstLine(pipe: Readable): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let text = "";
  pipe.setEncoding("utf8");
  pipe.on("data", (chunk: string) => {
    text += chunk;
    const end = text.indexOf("\n");
    if (end >= 0) resolve(text.slice(0, end));
    else if (text.length > maxWords)
      reject(new CriError("Unavailable", "the monitor says too much"));
  });
  pipe.once("end", () => resolve(text));
  pipe.once("error", reject);
  return promise;
}

/** `{"data": PID}`, or with a number below 0 a `message`. */
function answerIn(line: string, words: string): MonitorAnswer {
  try {
    const { data, pid, message } = JSON.parse(line) as {
      readonly data?: number;
      readonly pid?: number;
      readonly message?: string;
    };
    const number = data ?? pid ?? -1;
    if (number > 0) return { type: "created", pid: number };
    return { type: "failed", message: message ?? words.trim() };
  } catch (thrown) {
    const said = words.trim() || line || messageOf(thrown);
    throw new CriError("Unavailable", `the monitor ended: ${said}`, { cause: thrown });
  }
}
