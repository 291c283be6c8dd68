import type { Duplex } from "node:stream";
import type { DockerApi } from "./client.ts";

export interface ExecCreate {
  readonly containerId: string;
  readonly command: readonly string[];
  /** `NAME=VALUE`, added to the container's own. */
  readonly env: readonly string[];
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
  const body = {
    Cmd: create.command,
    Env: create.env,
    AttachStdin: false,
    AttachStdout: true,
    AttachStderr: true,
    Tty: false,
    // It gets what the container has: with `true` docker would add capabilities that this node may lack.
    Privileged: false,
  };
  const path = `/containers/${create.containerId}/exec`;
  const answer = await api.call({ method: "POST", path, body }, signal);
  return (answer as { readonly Id: string }).Id;
}

/** Starts it and returns the connection on which its output comes, in frames. */
export async function startExec(
  api: DockerApi,
  execId: string,
  signal: AbortSignal,
): Promise<Duplex> {
  const body = { Detach: false, Tty: false };
  return await api.hijack({ method: "POST", path: `/exec/${execId}/start`, body }, signal);
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
