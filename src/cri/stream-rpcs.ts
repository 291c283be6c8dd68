import type { RuntimeServiceDefinition } from "../gen/runtime/v1/RuntimeService.ts";
import type { StreamUrls } from "../model/streaming.ts";
import {
  decodeAttach,
  decodeExec,
  decodePortForward,
} from "../translate/cri/decode-stream-requests.ts";
import { type RpcTable, rpc } from "./rpc.ts";

type StreamRpcs = Pick<RpcTable<RuntimeServiceDefinition>, "Exec" | "Attach" | "PortForward">;

/** Returns the RPCs whose answer is the URL to which a client has to go. */
export function streamRpcs(urls: StreamUrls): StreamRpcs {
  return {
    Exec: rpc({
      mutating: false,
      decode: decodeExec,
      run: (request) => urls.exec(request),
      encode: (url) => ({ url }),
    }),
    Attach: rpc({
      mutating: false,
      decode: decodeAttach,
      run: (request) => urls.attach(request),
      encode: (url) => ({ url }),
    }),
    PortForward: rpc({
      mutating: false,
      decode: decodePortForward,
      run: (request) => urls.portForward(request),
      encode: (url) => ({ url }),
    }),
  };
}
