import type {
  MethodDefinition,
  Server,
  ServiceDefinition,
  UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { PackageDefinition } from "@grpc/proto-loader";
import { CriError } from "../model/error.ts";
import type { CallContext } from "./call-outcome.ts";
import { type AnyRpc, type AnyStreamRpc, rpc, streamRpc } from "./rpc.ts";
import { streamHandler } from "./server-stream.ts";
import { unaryHandler } from "./unary.ts";

/** RPC name → what it does. */
export type ServiceTable = Readonly<Record<string, AnyRpc | AnyStreamRpc>>;

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
    const row = service.table[name] ?? refused(name, method.responseStream);
    if ("answers" in row !== method.responseStream)
      throw new CriError(
        "Internal",
        `${name} is a stream in the table or in the protocol, not in both`,
      );
    handlers[name] =
      "answers" in row
        ? streamHandler(name, row, service.context)
        : unaryHandler(name, row, service.context);
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

function refused(name: string, isStream: boolean): AnyRpc | AnyStreamRpc {
  const decode = (): never => {
    throw new CriError("Unimplemented", `cri-ferry does not implement ${name}`);
  };
  const run = (): undefined => undefined;
  return isStream
    ? streamRpc({ decode, run, encode: async function* () {} })
    : rpc({ mutating: false, decode, run, encode: () => ({}) });
}
