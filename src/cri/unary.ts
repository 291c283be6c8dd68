import type { handleUnaryCall, ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import { messageOf } from "../model/error.ts";
import { type CallContext, outcomeOf, recordOutcome } from "./call-outcome.ts";
import type { AnyRpc } from "./rpc.ts";
import { statusOf } from "./status.ts";

interface Served {
  readonly name: string;
  readonly rpc: AnyRpc;
  readonly call: ServerUnaryCall<unknown, unknown>;
  readonly context: CallContext;
}

/**
 * The one way of a call: a signal for its end, the RPC's own steps, the error's code, one metric, one log line. The answer may be
 * bytes. Never throws.
 */
export function unaryHandler(
  name: string,
  rpc: AnyRpc,
  context: CallContext,
): handleUnaryCall<unknown, unknown> {
  return (call, callback) => {
    respond({ name, rpc, call, context }, callback).catch((thrown: unknown) =>
      context.log.error("answer not sent", { rpc: name, err: messageOf(thrown) }),
    );
  };
}

async function respond(
  { name, rpc, call, context }: Served,
  callback: sendUnaryData<unknown>,
): Promise<void> {
  // gRPC has read the request by the definition of this very RPC.
  const request = call.request as never;
  const served = { name, mutating: rpc.mutating, request, context };
  const outcome = await outcomeOf(served, call, () =>
    context.calls.run(call, (signal) => rpc.answer(request, signal)),
  );
  if (outcome.error === undefined) callback(null, outcome.answer);
  else callback(statusOf(outcome.error));
  recordOutcome(served, outcome);
}
