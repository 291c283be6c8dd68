import type { ExecSyncResult } from "../backends/backend.ts";
import { containerState } from "../model/container.ts";
import { CriError } from "../model/error.ts";
import type { ExecSyncCommand } from "../model/request.ts";
import type { RuntimeContext } from "./context.ts";
import { needContainer } from "./resolve.ts";

/** Bytes of stdout and of stderr that an answer holds at most; as containerd and the kubelet have it. */
const maxOutputBytes = 16 * 1024 * 1024;

/** Runs a command in a running container. Throws CriError: FailedPrecondition when it does not run, DeadlineExceeded past the timeout. */
export async function execSync(
  context: RuntimeContext,
  command: ExecSyncCommand,
  signal: AbortSignal,
): Promise<ExecSyncResult> {
  const { container, facts } = needContainer(context.ledger, command.containerId);
  const state = containerState(facts);
  if (state !== "RUNNING") {
    throw new CriError(
      "FailedPrecondition",
      `container "${container.id}" is in state ${state}: a command needs a running one`,
    );
  }
  const timeoutMillis =
    command.timeoutSeconds === undefined ? undefined : command.timeoutSeconds * 1000;
  const request = { command: command.command, timeoutMillis, maxOutputBytes };
  return await context.router.of(container).io.execSync(container, request, signal);
}
