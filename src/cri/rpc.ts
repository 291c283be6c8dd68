import type { MethodDefinition } from "@grpc/proto-loader";

/** What an RPC does, in three steps; any of them may throw. */
interface RpcSteps<Wire, Request, Result, Answer> {
  /** Changes something: logged at info. */
  readonly mutating: boolean;
  readonly decode: (wire: Wire) => Request;
  readonly run: (request: Request, signal: AbortSignal) => Result | Promise<Result>;
  /** Bytes are an answer that is encoded already. */
  readonly encode: (result: Result) => Answer | Buffer | Promise<Answer | Buffer>;
}

/** What an RPC that answers with a stream does; any step may throw. */
interface StreamSteps<Wire, Request, Result, Answer> {
  /** It has no end of its own; the default is that it has. */
  readonly endless?: boolean;
  readonly decode: (wire: Wire) => Request;
  readonly run: (request: Request, signal: AbortSignal) => Result | Promise<Result>;
  /** The messages; the next one is asked for when the client has room for it. */
  readonly encode: (result: Result) => AsyncIterable<Answer | Buffer>;
}

/** An RPC as the server sees it: a message in, a message (or its bytes) out. */
export interface Rpc<Wire, Answer> {
  readonly mutating: boolean;
  readonly answer: (wire: Wire, signal: AbortSignal) => Promise<Answer | Buffer>;
}

/** An RPC that answers with a stream, as the server sees it. */
export interface StreamRpc<Wire, Answer> {
  /** It is ended as soon as the server is to stop: waiting for it would be in vain. */
  readonly endless: boolean;
  readonly answers: (wire: Wire, signal: AbortSignal) => AsyncIterable<Answer | Buffer>;
}

/** RPCs whose types the server need not know. */
export type AnyRpc = Rpc<never, unknown>;
export type AnyStreamRpc = StreamRpc<never, unknown>;

/** Joins the steps of an RPC; whatever they throw becomes a rejection. */
export function rpc<Wire, Request, Result, Answer>(
  steps: RpcSteps<Wire, Request, Result, Answer>,
): Rpc<Wire, Answer> {
  return {
    mutating: steps.mutating,
    answer: async (wire, signal) => steps.encode(await steps.run(steps.decode(wire), signal)),
  };
}

/** The same for an RPC that answers with a stream; whatever the steps throw ends it. */
export function streamRpc<Wire, Request, Result, Answer>(
  steps: StreamSteps<Wire, Request, Result, Answer>,
): StreamRpc<Wire, Answer> {
  return {
    endless: steps.endless ?? false,
    answers: (wire, signal) => answersOf(steps, wire, signal),
  };
}

async function* answersOf<Wire, Request, Result, Answer>(
  steps: StreamSteps<Wire, Request, Result, Answer>,
  wire: Wire,
  signal: AbortSignal,
): AsyncGenerator<Answer | Buffer> {
  yield* steps.encode(await steps.run(steps.decode(wire), signal));
}

/** The RPCs of a generated service definition that there are; the others answer Unimplemented. */
export type RpcTable<Definition> = {
  readonly [Name in keyof Definition as string extends Name
    ? never
    : Name]?: Definition[Name] extends MethodDefinition<
    infer _Request,
    infer Answer,
    infer Wire,
    infer _Answer
  >
    ? Rpc<Wire, Answer | Buffer> | StreamRpc<Wire, Answer | Buffer>
    : never;
};
