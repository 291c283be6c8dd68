import type { handleUnaryCall, ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import { CriError, messageOf } from "../model/error.ts";
import type { Clock, Log, LogFields, Meter } from "../model/ports.ts";
import type { AnyRpc } from "./rpc.ts";
import type { RunningCalls } from "./running-calls.ts";
import { shortened, statusOf } from "./status.ts";

const rpcDuration = "cri_ferry_rpc_duration_seconds";

/** What every call needs beside itself. */
export interface CallContext {
  readonly calls: RunningCalls;
  readonly log: Log;
  readonly meter: Meter;
  readonly clock: Clock;
}

interface Served {
  readonly name: string;
  readonly rpc: AnyRpc;
  readonly call: ServerUnaryCall<unknown, unknown>;
  readonly context: CallContext;
}

interface Outcome {
  readonly durationMillis: number;
  readonly answer?: unknown;
  readonly error?: CriError;
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

async function respond(served: Served, callback: sendUnaryData<unknown>): Promise<void> {
  const outcome = await outcomeOf(served);
  if (outcome.error === undefined) callback(null, outcome.answer);
  else callback(statusOf(outcome.error));
  record(served, outcome);
}

async function outcomeOf({ name, rpc, call, context }: Served): Promise<Outcome> {
  const startedAt = context.clock.monotonicMillis();
  const elapsed = (): number => context.clock.monotonicMillis() - startedAt;
  try {
    // gRPC has read the request by the definition of this very RPC.
    const request = call.request as never;
    const answer = await context.calls.run(call, (signal) => rpc.answer(request, signal));
    return { durationMillis: elapsed(), answer };
  } catch (thrown) {
    return { durationMillis: elapsed(), error: CriError.from(thrown, name) };
  }
}

function record({ name, rpc, call, context }: Served, outcome: Outcome): void {
  const { durationMillis, answer, error } = outcome;
  const code = error?.kind ?? "OK";
  context.meter.observe(rpcDuration, durationMillis / 1000, { rpc: name, code });
  const fields: LogFields = {
    rpc: name,
    ...idsOf(call.request),
    ...idsOf(answer),
    durationMs: Math.round(durationMillis * 10) / 10,
    code,
    ...(error === undefined ? {} : errorFields(error)),
  };
  if (code === "Internal" || code === "Unknown") context.log.error("rpc failed", fields);
  else if (rpc.mutating) context.log.info("rpc", fields);
  else context.log.debug("rpc", fields);
}

/** Requests and answers name what they are about by these two fields. */
function idsOf(message: unknown): LogFields {
  if (typeof message !== "object" || message === null || Buffer.isBuffer(message)) return {};
  return {
    ...("podSandboxId" in message && isId(message.podSandboxId)
      ? { sandboxId: message.podSandboxId }
      : {}),
    ...("containerId" in message && isId(message.containerId)
      ? { containerId: message.containerId }
      : {}),
  };
}

/** Whatever a client sends as an id goes into the log, but not without a bound. */
function isId(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= 256;
}

/** The whole chain of causes and the place of a surprise: for us, not for the client. */
function errorFields(error: CriError): LogFields {
  const chain: string[] = [error.message];
  let cause = error.cause;
  for (let depth = 0; cause !== undefined && depth < 5; depth += 1) {
    chain.push(messageOf(cause));
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  const stack =
    error.kind === "Internal" && error.cause instanceof Error ? error.cause.stack : undefined;
  const err = shortened(chain.join(" ← "));
  return { err, ...(stack === undefined ? {} : { stack: shortened(stack) }) };
}
