import type { MethodDefinition } from "@grpc/proto-loader";

/** What an RPC does, in three steps; any of them may throw. */
interface RpcSteps<Wire, Request, Result, Answer> {
  /** Changes something: logged at info. */
  readonly mutating: boolean;
  readonly decode: (wire: Wire) => Request;
  readonly run: (request: Request, signal: AbortSignal) => Result | Promise<Result>;
  /** Bytes are an answer that is encoded already. */
  readonly encode: (result: Result) => Answer | Buffer;
}

/** An RPC as the server sees it: a message in, a message (or its bytes) out. */
export interface Rpc<Wire, Answer> {
  readonly mutating: boolean;
  readonly answer: (wire: Wire, signal: AbortSignal) => Promise<Answer | Buffer>;
}

/** An RPC whose types the server need not know. */
export type AnyRpc = Rpc<never, unknown>;

/** Joins the steps of an RPC; whatever they throw becomes a rejection. */
export function rpc<Wire, Request, Result, Answer>(
  steps: RpcSteps<Wire, Request, Result, Answer>,
): Rpc<Wire, Answer> {
  return {
    mutating: steps.mutating,
    answer: async (wire, signal) => steps.encode(await steps.run(steps.decode(wire), signal)),
  };
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
    ? Rpc<Wire, Answer | Buffer>
    : never;
};
