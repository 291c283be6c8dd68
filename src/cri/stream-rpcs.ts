import type { RuntimeServiceDefinition } from "../gen/runtime/v1/RuntimeService.ts";
import type { StreamUrls } from "../model/streaming.ts";
import type { Runtime } from "../runtime/runtime.ts";
import {
  decodeAttach,
  decodeExec,
  decodePortForward,
} from "../translate/cri/decode-stream-requests.ts";
import { type RpcTable, rpc } from "./rpc.ts";

type StreamRpcs = Pick<RpcTable<RuntimeServiceDefinition>, "Exec" | "Attach" | "PortForward">;

export interface StreamParts {
  readonly runtime: Pick<Runtime, "requireRunning" | "requireReady">;
  readonly urls: StreamUrls;
}

/**
 * Returns the RPCs whose answer is the URL to which a client has to go. What is wrong already is told here: clients show it better
 * than the failure of a session.
 */
export function streamRpcs({ runtime, urls }: StreamParts): StreamRpcs {
  return {
    Exec: rpc({
      mutating: false,
      decode: decodeExec,
      run: (request) => {
        runtime.requireRunning(request.containerId);
        return urls.exec(request);
      },
      encode: (url) => ({ url }),
    }),
    Attach: rpc({
      mutating: false,
      decode: decodeAttach,
      run: (request) => {
        runtime.requireRunning(request.containerId);
        return urls.attach(request);
      },
      encode: (url) => ({ url }),
    }),
    PortForward: rpc({
      mutating: false,
      decode: decodePortForward,
      run: (request) => {
        runtime.requireReady(request.podSandboxId);
        return urls.portForward(request);
      },
      encode: (url) => ({ url }),
    }),
  };
}
