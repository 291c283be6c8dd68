import type { AttachRequestOutput } from "../../gen/runtime/v1/AttachRequest.ts";
import type { ExecRequestOutput } from "../../gen/runtime/v1/ExecRequest.ts";
import type { PortForwardRequestOutput } from "../../gen/runtime/v1/PortForwardRequest.ts";
import type {
  AttachRequest,
  ExecRequest,
  PortForwardRequest,
  StreamChoice,
} from "../../model/streaming.ts";
import { decodeCommand } from "./decode-exec-requests.ts";
import { decodeId } from "./decode-id.ts";
import { decodeInteger } from "./integers.ts";
import { refuse } from "./refuse.ts";
import { decodeEach } from "./text.ts";

const portRange = { min: 1, max: 65_535 };

/** Returns what to run and with which streams. Throws CriError InvalidArgument. */
export function decodeExec(request: ExecRequestOutput): ExecRequest {
  return {
    containerId: decodeId(request.containerId, "container_id"),
    command: decodeCommand(request.cmd, "cmd"),
    streams: decodeStreams(request),
  };
}

/** Returns which container is joined and with which streams. Throws CriError InvalidArgument. */
export function decodeAttach(request: AttachRequestOutput): AttachRequest {
  return {
    containerId: decodeId(request.containerId, "container_id"),
    streams: decodeStreams(request),
  };
}

/** Returns the pod and its ports, none for any. Throws CriError InvalidArgument. */
export function decodePortForward(request: PortForwardRequestOutput): PortForwardRequest {
  return {
    podSandboxId: decodeId(request.podSandboxId, "pod_sandbox_id"),
    ports: decodeEach(request.port, "port", (port, path) => decodeInteger(port, path, portRange)),
  };
}

function decodeStreams({ tty, stdin, stdout, stderr }: StreamChoice): StreamChoice {
  if (!stdin && !stdout && !stderr) return refuse("stdin", "or stdout or stderr must be asked for");
  if (tty && stderr)
    return refuse("stderr", "must not be asked for with tty: a terminal has one output");
  return { tty, stdin, stdout, stderr };
}
