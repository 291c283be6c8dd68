import { Client, credentials, Metadata } from "@grpc/grpc-js";
import type { MethodDefinition, PackageDefinition } from "@grpc/proto-loader";
import type { ImageServiceDefinition } from "../gen/runtime/v1/ImageService.ts";
import type { RuntimeServiceDefinition } from "../gen/runtime/v1/RuntimeService.ts";
import { CriError } from "../model/error.ts";
import { callError } from "./call-error.ts";
import { loadClientProtocol } from "./protocol.ts";

/** As the kubelet's and crictl's. */
const maxMessageBytes = 16 * 1024 * 1024;

/** A call ends at its deadline or when the signal aborts, whatever the server does. */
export interface CallOptions {
  readonly timeoutMillis: number;
  readonly signal?: AbortSignal;
}

/** The RPCs of a generated service that answer with one message. */
type UnaryNames<Definition> = keyof {
  [Name in keyof Definition as string extends Name
    ? never
    : number extends Name
      ? never
      : Name]: never;
} &
  string;

type RequestOf<Method> =
  Method extends MethodDefinition<infer Request, infer _A, infer _R, infer _W> ? Request : never;
type AnswerOf<Method> =
  Method extends MethodDefinition<infer _Q, infer _A, infer _R, infer Wire> ? Wire : never;

/** A connection to any CRI v1 endpoint. Connects with the first call, again after a loss. */
export class CriClient {
  readonly #endpoint: string;
  readonly #client: Client;
  readonly #protocol: PackageDefinition;

  /** Takes `unix:///PATH` or an absolute path; throws InvalidArgument for anything else. */
  constructor(endpoint: string) {
    this.#endpoint = endpoint;
    this.#protocol = loadClientProtocol();
    this.#client = new Client(`unix:${socketPath(endpoint)}`, credentials.createInsecure(), {
      "grpc.max_receive_message_length": maxMessageBytes,
      "grpc.max_send_message_length": maxMessageBytes,
      "grpc.enable_channelz": 0,
    });
  }

  /** Calls an RPC of the RuntimeService; throws what the server answered, or Unavailable when none does. */
  runtime<Name extends UnaryNames<RuntimeServiceDefinition>>(
    name: Name,
    request: RequestOf<RuntimeServiceDefinition[Name]>,
    options: CallOptions,
  ): Promise<AnswerOf<RuntimeServiceDefinition[Name]>> {
    return this.#call({ service: "runtime.v1.RuntimeService", name, request }, options);
  }

  /** The same for the ImageService. */
  image<Name extends UnaryNames<ImageServiceDefinition>>(
    name: Name,
    request: RequestOf<ImageServiceDefinition[Name]>,
    options: CallOptions,
  ): Promise<AnswerOf<ImageServiceDefinition[Name]>> {
    return this.#call({ service: "runtime.v1.ImageService", name, request }, options);
  }

  /** Ends the connection; calls that run end with Unavailable or Cancelled. */
  close(): void {
    this.#client.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #call<Answer>(call: Call, options: CallOptions): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const method = this.#method<Answer>(call);
      if (options.signal?.aborted === true) throw CriError.from(options.signal.reason, call.name);
      const running = this.#client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        call.request,
        new Metadata(),
        { deadline: Date.now() + options.timeoutMillis },
        (error, answer) => {
          options.signal?.removeEventListener("abort", cancel);
          if (error !== null) reject(callError(error, this.#endpoint));
          else if (answer === undefined)
            reject(new CriError("Internal", `${call.name} had no answer`));
          else resolve(answer);
        },
      );
      const cancel = (): void => running.cancel();
      options.signal?.addEventListener("abort", cancel);
    });
  }

  /** The names are those of the definition's own type; what is looked up here is what was typed there. */
  #method<Answer>({
    service,
    name,
  }: Call): MethodDefinition<object, object, object, Answer & object> {
    const definition = this.#protocol[service];
    const method =
      definition === undefined || "format" in definition ? undefined : definition[name];
    if (method === undefined || method.responseStream)
      throw new CriError("Internal", `the protocol has no unary ${service}/${name}`);
    return method as MethodDefinition<object, object, object, Answer & object>;
  }
}

interface Call {
  readonly service: string;
  readonly name: string;
  readonly request: object;
}

function socketPath(endpoint: string): string {
  const path = endpoint.startsWith("unix://") ? endpoint.slice("unix://".length) : endpoint;
  if (path.startsWith("/")) return path;
  throw new CriError("InvalidArgument", `endpoint ${endpoint} must be unix:///PATH or /PATH`);
}
