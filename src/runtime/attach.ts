import type { AttachRequest, StreamSession } from "../model/streaming.ts";
import type { RuntimeContext } from "./context.ts";
import { needRunning } from "./resolve.ts";

export interface AttachCall {
  readonly request: AttachRequest;
  readonly session: StreamSession;
}

/**
 * Joins a running container's own streams until it ends. Throws CriError: NotFound, FailedPrecondition when it does not run,
 * Cancelled when the client has gone, what the engine says.
 */
export async function attach(
  context: RuntimeContext,
  { request, session }: AttachCall,
  signal: AbortSignal,
): Promise<void> {
  const { container } = needRunning(context.ledger, request.containerId, "attach");
  const { io } = context.router.of(container);
  await io.attach(container, { streams: request.streams, session }, signal);
}
