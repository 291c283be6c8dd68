import { CriError, type CriErrorKind, messageOf } from "../model/error.ts";
import type { Clock, Log, LogFields, Meter, Span, Tracer } from "../model/ports.ts";
import type { RunningCalls } from "./running-calls.ts";
import { shortened, statusNameOf } from "./status.ts";

const rpcDuration = "cri_ferry_rpc_duration_seconds";

/** What every call needs beside itself. */
export interface CallContext {
  readonly calls: RunningCalls;
  readonly log: Log;
  readonly meter: Meter;
  readonly clock: Clock;
  /** undefined: calls are not traced. */
  readonly tracer?: Tracer | undefined;
}

/** How a call ended. */
export interface Outcome {
  readonly durationMillis: number;
  /** What the RPC gave: a unary answer, or how many messages were sent. */
  readonly answer?: unknown;
  readonly error?: CriError;
}

/** A call, whatever it is answered with. */
export interface ServedCall {
  readonly name: string;
  readonly mutating: boolean;
  readonly request: unknown;
  readonly context: CallContext;
}

/** The part of a grpc-js call that tells where it comes from. */
interface CalledFrom {
  readonly metadata: { get(key: string): readonly (string | Buffer)[] };
  getPath(): string;
}

/** Does the work of a call, traced where calls are traced, and returns how it ended. Never throws. */
export function outcomeOf(
  served: ServedCall,
  call: CalledFrom,
  work: () => Promise<unknown>,
): Promise<Outcome> {
  const { tracer } = served.context;
  return tracer === undefined
    ? outcomeOfWork(served, work)
    : outcomeTraced(tracer, { served, call, work });
}

interface TracedWork {
  readonly served: ServedCall;
  readonly call: CalledFrom;
  readonly work: () => Promise<unknown>;
}

async function outcomeTraced(tracer: Tracer, { served, call, work }: TracedWork): Promise<Outcome> {
  const method = call.getPath().slice(1);
  const [traceParent] = call.metadata.get("traceparent");
  const facts = { "rpc.system.name": "grpc", "rpc.method": method };
  const traced = { name: method, traceParent: traceParent?.toString(), facts };
  return await tracer.serve(traced, async (span) => {
    const outcome = await outcomeOfWork(served, work);
    describe(span, served, outcome);
    return outcome;
  });
}

async function outcomeOfWork(
  { name, context: { clock } }: ServedCall,
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

/** Refusals are answers; these say that the server, or what it depends on, is at fault (OpenTelemetry's gRPC conventions). */
const faults: ReadonlySet<CriErrorKind> = new Set([
  "Unknown",
  "DeadlineExceeded",
  "Unimplemented",
  "Internal",
  "Unavailable",
]);

function describe(span: Span, { request }: ServedCall, { answer, error }: Outcome): void {
  const { sandboxId, containerId } = { ...idsOf(request), ...idsOf(answer) };
  span.add({
    "rpc.response.status_code": error === undefined ? "OK" : statusNameOf(error.kind),
    ...(sandboxId === undefined ? {} : { "cri.pod_sandbox.id": sandboxId }),
    ...(containerId === undefined ? {} : { "container.id": containerId }),
  });
  if (error !== undefined && faults.has(error.kind)) span.fail(shortened(error.message));
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
    ...(typeof answer === "number" ? { messages: answer } : {}),
    durationMs: Math.round(durationMillis * 10) / 10,
    code,
    ...(error === undefined ? {} : errorFields(error)),
  };
  if (code === "Internal" || code === "Unknown") context.log.error("rpc failed", fields);
  else if (mutating) context.log.info("rpc", fields);
  else context.log.debug("rpc", fields);
}

interface Ids {
  readonly sandboxId?: string;
  readonly containerId?: string;
}

/** Requests and answers name what they are about by these two fields. */
function idsOf(message: unknown): Ids {
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
