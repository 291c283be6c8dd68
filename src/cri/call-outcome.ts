import { CriError, messageOf } from "../model/error.ts";
import type { Clock, Log, LogFields, Meter } from "../model/ports.ts";
import type { RunningCalls } from "./running-calls.ts";
import { shortened } from "./status.ts";

const rpcDuration = "cri_ferry_rpc_duration_seconds";

/** What every call needs beside itself. */
export interface CallContext {
  readonly calls: RunningCalls;
  readonly log: Log;
  readonly meter: Meter;
  readonly clock: Clock;
}

/** How a call ended. */
export interface Outcome {
  readonly durationMillis: number;
  /** What the RPC gave: a unary answer, or how many messages were sent. */
  readonly answer?: unknown;
  readonly error?: CriError;
}

/** A call that is over. */
export interface ServedCall {
  readonly name: string;
  readonly mutating: boolean;
  readonly request: unknown;
  readonly context: CallContext;
}

/** Does the work of a call and returns how it ended; whatever was thrown becomes a CriError. Never throws. */
export async function outcomeOf(
  name: string,
  clock: Clock,
  work: () => Promise<unknown>,
): Promise<Outcome> {
  const startedAt = clock.monotonicMillis();
  const elapsed = (): number => clock.monotonicMillis() - startedAt;
  try {
    const answer = await work();
    return { durationMillis: elapsed(), answer };
  } catch (thrown) {
    return { durationMillis: elapsed(), error: CriError.from(thrown, name) };
  }
}

/** One metric and one log line of a call that is over. */
export function recordOutcome(served: ServedCall, outcome: Outcome): void {
  const { name, mutating, request, context } = served;
  const { durationMillis, answer, error } = outcome;
  const code = error?.kind ?? "OK";
  context.meter.observe(rpcDuration, durationMillis / 1000, { rpc: name, code });
  const fields: LogFields = {
    rpc: name,
    ...idsOf(request),
    ...idsOf(answer),
    durationMs: Math.round(durationMillis * 10) / 10,
    code,
    ...(error === undefined ? {} : errorFields(error)),
  };
  if (code === "Internal" || code === "Unknown") context.log.error("rpc failed", fields);
  else if (mutating) context.log.info("rpc", fields);
  else context.log.debug("rpc", fields);
}

/** Requests and answers name what they are about by these two fields; a stream tells how much it sent. */
function idsOf(message: unknown): LogFields {
  if (typeof message === "number") return { messages: message };
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
