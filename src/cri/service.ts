import type {
  handleServerStreamingCall,
  MethodDefinition,
  Server,
  ServiceDefinition,
  UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { PackageDefinition } from "@grpc/proto-loader";
import { CriError } from "../model/error.ts";
import { type AnyRpc, rpc } from "./rpc.ts";
import { statusOf } from "./status.ts";
import { type CallContext, unaryHandler } from "./unary.ts";

/** RPC name → what it does. */
export type ServiceTable = Readonly<Record<string, AnyRpc>>;

interface Service {
  /** Full name, as `runtime.v1.RuntimeService`. */
  readonly name: string;
  readonly table: ServiceTable;
  readonly protocol: PackageDefinition;
  readonly context: CallContext;
}

/** Gives the server every RPC of a service: those in the table, and a clear refusal for the rest. */
export function addService(server: Server, service: Service): void {
  const methods = methodsOf(service);
  const handlers: UntypedServiceImplementation = {};
  for (const [name, method] of Object.entries(methods)) {
    handlers[name] = method.responseStream
      ? refusedStream(name)
      : unaryHandler(name, service.table[name] ?? refusedRpc(name), service.context);
  }
  server.addService(methods, handlers);
}

function methodsOf({ name, table, protocol }: Service): ServiceDefinition {
  const definition = protocol[name];
  if (definition === undefined || "format" in definition) {
    throw new CriError("Internal", `the protocol has no service ${name}`);
  }
  const missing = Object.keys(table).filter((rpcName) => !Object.hasOwn(definition, rpcName));
  if (missing.length > 0)
    throw new CriError("Internal", `${name} has no RPC ${missing.join(", ")}`);
  return Object.fromEntries(
    Object.entries(definition).map(([rpcName, method]) => [rpcName, acceptingBytes(method)]),
  );
}

/** Answers that are encoded already pass as they are. */
function acceptingBytes<Q extends object, A extends object>(
  method: MethodDefinition<Q, A>,
): MethodDefinition<Q, A> {
  const serialize = method.responseSerialize;
  return {
    ...method,
    responseSerialize: (answer) => (Buffer.isBuffer(answer) ? answer : serialize(answer)),
  };
}

function refusal(name: string): CriError {
  return new CriError("Unimplemented", `cri-ferry does not implement ${name}`);
}

function refusedRpc(name: string): AnyRpc {
  return rpc({
    mutating: false,
    decode: () => undefined,
    run: () => {
      throw refusal(name);
    },
    encode: () => ({}),
  });
}

function refusedStream(name: string): handleServerStreamingCall<unknown, unknown> {
  return (call) => {
    call.destroy(Object.assign(refusal(name), statusOf(refusal(name))));
  };
}
