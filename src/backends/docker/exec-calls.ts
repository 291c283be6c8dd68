import type { Duplex } from "node:stream";
import type { StreamChoice, TerminalSize } from "../../model/streaming.ts";
import type { DockerApi } from "./client.ts";
import { detachKeys } from "./detach-keys.ts";

export interface ExecCreate {
  readonly containerId: string;
  readonly command: readonly string[];
  /** `NAME=VALUE`, added to the container's own. */
  readonly env: readonly string[];
  readonly streams: StreamChoice;
}

export interface ExecStart {
  readonly execId: string;
  readonly tty: boolean;
  /** Where it is known already; engines before API 1.42 take it only afterwards. */
  readonly size: TerminalSize | undefined;
}

/** What docker says of an exec. */
export interface ExecState {
  /** On the host; 0 before it runs. */
  readonly pid: number;
  /** undefined: it has not ended. */
  readonly exitCode: number | undefined;
}

/** Prepares a command in a running container and returns its id. FailedPrecondition when the container does not run. */
export async function createExec(
  api: DockerApi,
  create: ExecCreate,
  signal: AbortSignal,
): Promise<string> {
  const { tty, stdin, stdout, stderr } = create.streams;
  const body = {
    Cmd: create.command,
    Env: create.env,
    AttachStdin: stdin,
    AttachStdout: stdout,
    AttachStderr: stderr && !tty,
    Tty: tty,
    DetachKeys: detachKeys,
    // It gets what the container has: with `true` docker would add capabilities that this node may lack.
    Privileged: false,
  };
  const path = `/containers/${create.containerId}/exec`;
  const answer = await api.call({ method: "POST", path, body }, signal);
  return (answer as { readonly Id: string }).Id;
}

/** Starts it and returns the connection with its streams: in frames, without them for a terminal. */
export async function startExec(
  api: DockerApi,
  { execId, tty, size }: ExecStart,
  signal: AbortSignal,
): Promise<Duplex> {
  const console = size === undefined ? {} : { ConsoleSize: [size.height, size.width] };
  const body = { Detach: false, Tty: tty, ...console };
  return await api.hijack({ method: "POST", path: `/exec/${execId}/start`, body }, signal);
}

/** Sets the size of its terminal. Docker waits with its answer until the command runs, 10 s at most. */
export async function resizeExec(
  api: DockerApi,
  { execId, size }: { readonly execId: string; readonly size: TerminalSize },
  signal: AbortSignal,
): Promise<void> {
  const query = { h: size.height, w: size.width };
  await api.call({ method: "POST", path: `/exec/${execId}/resize`, query }, signal);
}

/** Asks how it is. NotFound once docker has forgotten it, some minutes after its end. */
export async function inspectExec(
  api: DockerApi,
  execId: string,
  signal: AbortSignal,
): Promise<ExecState> {
  const answer = await api.call({ method: "GET", path: `/exec/${execId}/json` }, signal);
  const { Pid, Running, ExitCode } = answer as {
    readonly Pid?: number;
    readonly Running: boolean;
    readonly ExitCode?: number | null;
  };
  return { pid: Pid ?? 0, exitCode: Running ? undefined : (ExitCode ?? undefined) };
}
