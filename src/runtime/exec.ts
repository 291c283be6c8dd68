import type { ExecRequest, StreamSession } from "../model/streaming.ts";
import type { RuntimeContext } from "./context.ts";
import { needRunning } from "./resolve.ts";

export interface ExecCall {
  readonly request: ExecRequest;
  readonly session: StreamSession;
}

/**
 * Runs a command in a running container with a client's streams; returns its exit code. Throws CriError: NotFound, FailedPrecondition
 * when the container does not run, Cancelled when the client has gone, what the engine says.
 */
export async function exec(
  context: RuntimeContext,
  { request, session }: ExecCall,
  signal: AbortSignal,
): Promise<number> {
  const { container } = needRunning(context.ledger, request.containerId, "a command");
  const { command, streams } = request;
  const { io } = context.router.of(container);
  return await io.exec(container, { command, streams, session }, signal);
}
