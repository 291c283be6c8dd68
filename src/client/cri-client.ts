import { Client, credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
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

/** A stream without a timeout goes on until either side ends it. */
export interface StreamOptions extends Partial<CallOptions> {}

/** The RPCs of a generated service. */
type Names<Definition> = keyof {
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
  runtime<Name extends Names<RuntimeServiceDefinition>>(
    name: Name,
    request: RequestOf<RuntimeServiceDefinition[Name]>,
    options: CallOptions,
  ): Promise<AnswerOf<RuntimeServiceDefinition[Name]>> {
    return this.#call({ service: "runtime.v1.RuntimeService", name, request }, options);
  }

  /** The same for the ImageService. */
  image<Name extends Names<ImageServiceDefinition>>(
    name: Name,
    request: RequestOf<ImageServiceDefinition[Name]>,
    options: CallOptions,
  ): Promise<AnswerOf<ImageServiceDefinition[Name]>> {
    return this.#call({ service: "runtime.v1.ImageService", name, request }, options);
  }

  /**
   * Calls an RPC of the RuntimeService that answers with a stream; the call is made when the first message is asked for and cancelled
   * when the caller stops asking. Throws as `runtime` does.
   */
  runtimeStream<Name extends Names<RuntimeServiceDefinition>>(
    name: Name,
    request: RequestOf<RuntimeServiceDefinition[Name]>,
    options: StreamOptions,
  ): AsyncIterable<AnswerOf<RuntimeServiceDefinition[Name]>> {
    return this.#stream({ service: "runtime.v1.RuntimeService", name, request }, options);
  }

  /** The same for the ImageService. */
  imageStream<Name extends Names<ImageServiceDefinition>>(
    name: Name,
    request: RequestOf<ImageServiceDefinition[Name]>,
    options: StreamOptions,
  ): AsyncIterable<AnswerOf<ImageServiceDefinition[Name]>> {
    return this.#stream({ service: "runtime.v1.ImageService", name, request }, options);
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
      const method = this.#method<Answer>(call, false);
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

  async *#stream<Answer>(call: Call, options: StreamOptions): AsyncGenerator<Answer> {
    const method = this.#method<Answer>(call, true);
    if (options.signal?.aborted === true) throw CriError.from(options.signal.reason, call.name);
    const { timeoutMillis } = options;
    const running = this.#client.makeServerStreamRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      call.request,
      timeoutMillis === undefined ? {} : { deadline: Date.now() + timeoutMillis },
    );
    const cancel = (): void => running.cancel();
    options.signal?.addEventListener("abort", cancel);
    try {
      for await (const answer of running) yield answer;
    } catch (thrown) {
      throw isServiceError(thrown) ? callError(thrown, this.#endpoint) : thrown;
    } finally {
      options.signal?.removeEventListener("abort", cancel);
      cancel();
    }
  }

  /** The names are those of the definition's own type; what is looked up here is what was typed there. */
  #method<Answer>(
    { service, name }: Call,
    isStream: boolean,
  ): MethodDefinition<object, object, object, Answer & object> {
    const definition = this.#protocol[service];
    const method =
      definition === undefined || "format" in definition ? undefined : definition[name];
    if (method?.responseStream !== isStream) {
      const kind = isStream ? "stream" : "unary";
      throw new CriError("Internal", `the protocol has no ${kind} ${service}/${name}`);
    }
    return method as MethodDefinition<object, object, object, Answer & object>;
  }
}

interface Call {
  readonly service: string;
  readonly name: string;
  readonly request: object;
}

function isServiceError(thrown: unknown): thrown is ServiceError {
  return thrown instanceof Error && "code" in thrown && "details" in thrown;
}

function socketPath(endpoint: string): string {
  const path = endpoint.startsWith("unix://") ? endpoint.slice("unix://".length) : endpoint;
  if (path.startsWith("/")) return path;
  throw new CriError("InvalidArgument", `endpoint ${endpoint} must be unix:///PATH or /PATH`);
}
