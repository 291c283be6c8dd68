import { randomBytes } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { withDeadline } from "../../host/deadline.ts";
import { dialLocalhost } from "../../host/dial-localhost.ts";
import { exec } from "../../host/exec.ts";
import { killMarked } from "../../host/marked-processes.ts";
import type { NetnsDialer } from "../../host/netns-dialer.ts";
import type { Container } from "../../model/container.ts";
import { CriError } from "../../model/error.ts";
import type { PodSandbox } from "../../model/pod-sandbox.ts";
import { ownCgroup } from "../../stats/own-cgroup.ts";
import type { ExecStreams, ExecSyncRequest, ExecSyncResult, IoBackend } from "../backend.ts";
import { runStreamed } from "./exec-stream.ts";
import { type NativeContext, runtimeOf } from "./native-context.ts";
import type { NativeContainer } from "./native-records.ts";
import { wordsOf } from "./oci-runtime.ts";

export interface NativeIoOptions {
  readonly context: NativeContext;
  readonly dialer: Pick<NetnsDialer, "connect">;
}

/** No command of a probe lasts so long; one without a limit of its own ends with its caller. */
const longestMillis = 24 * 3_600_000;

/** Commands in native containers. */
export class NativeIo implements IoBackend {
  readonly #context: NativeContext;
  readonly #dialer: NativeIoOptions["dialer"];

  constructor({ context, dialer }: NativeIoOptions) {
    this.#context = context;
    this.#dialer = dialer;
  }

  async execSync(
    container: Container,
    request: ExecSyncRequest,
    signal: AbortSignal,
  ): Promise<ExecSyncResult> {
    const record = this.#running(container.id);
    const { path } = runtimeOf(this.#context, record.handler).settings;
    const limit =
      request.timeoutMillis === undefined ? signal : withDeadline(signal, request.timeoutMillis);
    const { marker, pidFile } = this.#mark(record.id);
    const args = this.#arguments(record, { marker, pidFile, command: request.command });
    try {
      const result = await exec(path, args, {
        signal: limit,
        timeoutMillis: longestMillis,
        maxOutputBytes: request.maxOutputBytes,
        onTooMuch: "drop",
      });
      const { exitCode, stdout, stderr } = result;
      if (exitCode === 0 || (await hasBegun(pidFile))) return { exitCode, stdout, stderr };
      return {
        exitCode: startFailure(wordsOf(result)),
        stdout,
        stderr: Buffer.from(wordsOf(result)),
      };
    } catch (thrown) {
      await this.#killTree(record, marker);
      throw failureOf(thrown, request, { signal, limit });
    } finally {
      await rm(pidFile, { force: true });
    }
  }

  async exec(container: Container, streams: ExecStreams, signal: AbortSignal): Promise<number> {
    if (streams.streams.tty)
      throw new CriError("Unimplemented", "the native engine has no terminals yet");
    const record = this.#running(container.id);
    const { path: file } = runtimeOf(this.#context, record.handler).settings;
    const mark = this.#mark(record.id);
    const args = this.#arguments(record, { ...mark, command: streams.command });
    try {
      const { clock } = this.#context;
      const exitCode = await runStreamed({ file, args, exec: streams, clock }, signal);
      // The runtime's own failures have 1 and 255.
      return exitCode === 0 || (await hasBegun(mark.pidFile)) ? exitCode : 126;
    } catch (thrown) {
      await this.#killTree(record, mark.marker);
      throw CriError.from(thrown, `command "${streams.command[0] ?? ""}"`);
    } finally {
      await rm(mark.pidFile, { force: true });
    }
  }

  attach(): Promise<void> {
    return Promise.reject(new CriError("Unimplemented", "the native engine has no attach yet"));
  }

  async connect({ id, config }: PodSandbox, port: number, signal: AbortSignal): Promise<Duplex> {
    if (config.security.namespaces.network === "NODE") return await dialLocalhost(port, signal);
    const record = this.#context.records.sandbox(id);
    if (record === undefined || record.facts.finishedAtNanos > 0n)
      throw new CriError("FailedPrecondition", `pod sandbox "${id}" does not run`);
    const path = join(this.#context.places.namespaces(id), "net");
    // Its folder bears the pod's id: nobody else's namespace is ever there.
    return await this.#dialer.connect(
      { path, owner: id, isTheirs: async () => true },
      port,
      signal,
    );
  }

  /** By which the command's processes are known, and where the runtime tells that it has begun. */
  #mark(id: string): { readonly marker: string; readonly pidFile: string } {
    const mark = randomBytes(8).toString("hex");
    const pidFile = join(this.#context.places.bundle(id), `exec-${mark}`);
    return { marker: `CRI_FERRY_EXEC=${mark}`, pidFile };
  }

  #running(id: string): NativeContainer {
    const record = this.#context.records.container(id);
    if (record !== undefined && record.facts.pid > 0 && record.facts.startedAtNanos > 0n)
      return record;
    throw new CriError("FailedPrecondition", `container "${id}" does not run`);
  }

  #arguments(
    record: NativeContainer,
    {
      marker,
      pidFile,
      command,
    }: { readonly marker: string; readonly pidFile: string; readonly command: readonly string[] },
  ): readonly string[] {
    const { globalArguments } = runtimeOf(this.#context, record.handler);
    const options = ["--env", marker, "--pid-file", pidFile];
    return [...globalArguments, "exec", ...options, record.id, ...command];
  }

  async #killTree({ id, facts }: NativeContainer, marker: string): Promise<void> {
    const folder = await ownCgroup(facts.pid, id);
    if (folder === undefined) return;
    // What it starts while it is killed is found the next time.
    for (let rounds = 0; rounds < 20; rounds += 1)
      if ((await killMarked({ folder, firstPid: facts.pid, marker })) === 0) return;
  }
}

/** runc writes the file once the process is there. */
async function hasBegun(pidFile: string): Promise<boolean> {
  return (await readFile(pidFile, "latin1").catch(() => "")) !== "";
}

/** As shells have it. */
function startFailure(words: string): number {
  return /no such file or directory|executable file not found/i.test(words) ? 127 : 126;
}

/** Only the program's name is told: arguments may hold secrets. */
function failureOf(
  thrown: unknown,
  { command, timeoutMillis }: ExecSyncRequest,
  { signal, limit }: { readonly signal: AbortSignal; readonly limit: AbortSignal },
): CriError {
  const name = `command "${command[0] ?? ""}"`;
  if (signal.aborted) return CriError.from(signal.reason, name);
  if (!limit.aborted) return CriError.from(thrown, name);
  const message = `${name} did not end within ${(timeoutMillis ?? 0) / 1_000}s`;
  return new CriError("DeadlineExceeded", message, { cause: thrown });
}
