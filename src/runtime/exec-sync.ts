import type { ExecSyncResult } from "../backends/backend.ts";
import type { ExecSyncCommand } from "../model/request.ts";
import type { RuntimeContext } from "./context.ts";
import { needRunning } from "./resolve.ts";

/** Bytes of stdout and of stderr that an answer holds at most; as containerd and the kubelet have it. */
const maxOutputBytes = 16 * 1024 * 1024;

/** Runs a command in a running container. Throws CriError: FailedPrecondition when it does not run, DeadlineExceeded past the timeout. */
export async function execSync(
  context: RuntimeContext,
  command: ExecSyncCommand,
  signal: AbortSignal,
): Promise<ExecSyncResult> {
  const { container } = needRunning(context.ledger, command.containerId, "a command");
  const timeoutMillis =
    command.timeoutSeconds === undefined ? undefined : command.timeoutSeconds * 1000;
  const request = { command: command.command, timeoutMillis, maxOutputBytes };
  return await context.router.of(container).io.execSync(container, request, signal);
}
