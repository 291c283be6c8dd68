import type { ExecSyncRequestOutput } from "../../gen/runtime/v1/ExecSyncRequest.ts";
import type { ExecSyncCommand } from "../../model/request.ts";
import { decodeId } from "./decode-id.ts";
import { anyAmount, decodeSaidInteger } from "./integers.ts";
import { refuse } from "./refuse.ts";
import { decodeEach, decodeText } from "./text.ts";

/** Returns the command to run. Throws CriError InvalidArgument, also for one without a program. */
export function decodeExecSync(request: ExecSyncRequestOutput): ExecSyncCommand {
  return {
    containerId: decodeId(request.containerId, "container_id"),
    command: decodeCommand(request.cmd, "cmd"),
    timeoutSeconds: decodeSaidInteger(request.timeout, "timeout", anyAmount),
  };
}

/** Returns the words of a command, which must begin with a program. Throws CriError InvalidArgument. */
export function decodeCommand(words: readonly string[], path: string): readonly string[] {
  if (words.length === 0 || words[0] === "") return refuse(path, "must begin with a program");
  return decodeEach(words, path, decodeText);
}
