import { once } from "node:events";
import { type handleServerStreamingCall, Metadata, type ServerWritableStream } from "@grpc/grpc-js";
import { messageOf } from "../model/error.ts";
import { type CallContext, outcomeOf, recordOutcome } from "./call-outcome.ts";
import type { AnyStreamRpc } from "./rpc.ts";
import { statusOf } from "./status.ts";

type Call = ServerWritableStream<unknown, unknown>;

interface Served {
  readonly name: string;
  readonly rpc: AnyStreamRpc;
  readonly call: Call;
  readonly context: CallContext;
}

/**
 * The one way of a call that is answered by a stream, as `unaryHandler` is of the others: besides, no message is made while the
 * client does not take those before, and one that leaves frees everything at once. Never throws.
 */
export function streamHandler(
  name: string,
  rpc: AnyStreamRpc,
  context: CallContext,
): handleServerStreamingCall<unknown, unknown> {
  return (call) => {
    serve({ name, rpc, call, context }).catch((thrown: unknown) =>
      context.log.error("stream not ended", { rpc: name, err: messageOf(thrown) }),
    );
  };
}

async function serve(served: Served): Promise<void> {
  const { name, rpc, call, context } = served;
  const life = rpc.endless ? "endless" : "stream";
  // A span that never ends would tell nobody anything.
  const shown = rpc.endless ? { ...context, tracer: undefined } : context;
  const ended = { name, mutating: false, request: call.request, context: shown };
  const outcome = await outcomeOf(ended, call, () =>
    context.calls.run(call, (signal) => pump(served, signal), life),
  );
  if (outcome.error === undefined) call.end();
  // grpc-js takes the status from the event, after what was written before.
  else call.emit("error", Object.assign(new Error(), statusOf(outcome.error)));
  recordOutcome(ended, outcome);
}

/** Sends what the RPC gives and returns how many messages that were. Throws the signal's reason when it aborts. */
async function pump({ rpc, call }: Served, signal: AbortSignal): Promise<number> {
  // A client that waits for events knows by the headers that it is heard of.
  if (rpc.endless) call.sendMetadata(new Metadata());
  let sent = 0;
  // gRPC has read the request by the definition of this very RPC.
  for await (const answer of rpc.answers(call.request as never, signal)) {
    signal.throwIfAborted();
    sent += 1;
    if (!call.write(answer)) await drained(call, signal);
  }
  signal.throwIfAborted();
  return sent;
}

async function drained(call: Call, signal: AbortSignal): Promise<void> {
  try {
    await once(call, "drain", { signal });
  } catch (thrown) {
    signal.throwIfAborted();
    throw thrown;
  }
}
