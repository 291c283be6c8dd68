import type { Duplex, Readable } from "node:stream";
import { addAbortSignal } from "node:stream";
import { CriError } from "../../model/error.ts";
import type { DockerVersion } from "../../translate/docker/api.ts";
import { negotiateApiVersion } from "../../translate/docker/engine.ts";
import type { DockerRequest } from "./docker-request.ts";
import { errorOfAnswer, errorOfConnection, unanswered } from "./errors.ts";
import { hijackConnection } from "./hijack.ts";
import type { Answer, Transport } from "./transport.ts";
import { bodyOf, isAnswer, openTransport } from "./transport.ts";

/** What the last negotiation settled. */
export interface EngineVersion {
  /** The API version that calls use: `1.41`. */
  readonly apiVersion: string;
  readonly said: DockerVersion;
}

/**
 * The engine behind a unix socket. Errors: by docker's status code (`statusOf`), Unavailable when nobody listens,
 * DeadlineExceeded when it does not answer, Cancelled when the signal aborts.
 */
export interface DockerApi {
  /** `unix:///var/run/docker.sock` */
  readonly endpoint: string;
  /** undefined until the first negotiation. */
  version(): EngineVersion | undefined;
  /** Asks the engine for its versions and settles which one calls use. FailedPrecondition for one too old. */
  negotiate(signal: AbortSignal): Promise<EngineVersion>;
  /** Resolves when the engine answers at all within that time. */
  ping(timeoutMillis: number, signal: AbortSignal): Promise<void>;
  /** One call; returns the parsed JSON, undefined for an empty answer. 304 (done already) is a success. */
  call(request: DockerRequest, signal: AbortSignal): Promise<unknown>;
  /** A call whose answer is read as it comes; the signal ends it at any time. The reader must take its `error` events. */
  open(request: DockerRequest, signal: AbortSignal): Promise<Readable>;
  /** A call that turns the connection into a raw one (exec, attach); the signal destroys it at any time. */
  hijack(request: DockerRequest, signal: AbortSignal): Promise<Duplex>;
  /** Closes the idle connections. */
  close(): void;
}

const defaultTimeoutMillis = 30_000;
/** Plenty for dockerd, which serialises most of what it does; a hung one holds no more than these. */
const maxCalls = 24;

/** Returns a client of the engine at `unix://PATH`; does not connect yet. InvalidArgument for any other endpoint. */
export function connectDocker(endpoint: string): DockerApi {
  return new DockerClient(endpoint, socketOf(endpoint));
}

class DockerClient implements DockerApi {
  readonly endpoint: string;
  readonly #socketPath: string;
  readonly #calls: Transport;
  /** Streams last as long as pods do: they must not take the calls' places. */
  readonly #streams: Transport;
  #version: EngineVersion | undefined;

  constructor(endpoint: string, socketPath: string) {
    this.endpoint = endpoint;
    this.#socketPath = socketPath;
    this.#calls = openTransport(socketPath, { maxSockets: maxCalls, keepAlive: true });
    this.#streams = openTransport(socketPath, { maxSockets: 4096, keepAlive: false });
  }

  version(): EngineVersion | undefined {
    return this.#version;
  }

  async negotiate(signal: AbortSignal): Promise<EngineVersion> {
    const request = { method: "GET", path: "/version", timeoutMillis: 10_000 } as const;
    const text = await this.#within(request, signal, async (limit) =>
      wholeOf(await this.#calls.dial(request, "/version", limit)),
    );
    const said = JSON.parse(text) as DockerVersion;
    this.#version = { apiVersion: negotiateApiVersion(said), said };
    return this.#version;
  }

  async ping(timeoutMillis: number, signal: AbortSignal): Promise<void> {
    const request = { method: "GET", path: "/_ping", timeoutMillis } as const;
    await this.#within(request, signal, async (limit) =>
      wholeOf(await this.#calls.dial(request, "/_ping", limit)),
    );
  }

  async call(request: DockerRequest, signal: AbortSignal): Promise<unknown> {
    const path = await this.#path(request, signal);
    const text = await this.#within(request, signal, async (limit) =>
      wholeOf(await this.#calls.dial(request, path, limit)),
    );
    return text === "" ? undefined : JSON.parse(text);
  }

  async open(request: DockerRequest, signal: AbortSignal): Promise<Readable> {
    const path = await this.#path(request, signal);
    const answer = await this.#within(request, signal, async (limit) =>
      accepted(await this.#streams.dial(request, path, limit)),
    );
    return addAbortSignal(signal, answer);
  }

  async hijack(request: DockerRequest, signal: AbortSignal): Promise<Duplex> {
    const path = await this.#path(request, signal);
    const connection = await this.#within(request, signal, async (limit) =>
      accepted(await hijackConnection(this.#socketPath, { request, path }, limit.signal)),
    );
    if (isAnswer(connection)) {
      connection.destroy();
      throw new CriError("Internal", `docker did not give up the connection of ${request.path}`);
    }
    return addAbortSignal(signal, connection);
  }

  close(): void {
    this.#calls.close();
    this.#streams.close();
  }

  async #path(request: DockerRequest, signal: AbortSignal): Promise<string> {
    const { apiVersion } = this.#version ?? (await this.negotiate(signal));
    return `/v${apiVersion}${request.path}`;
  }

  /** Runs one exchange under the caller's signal and the call's own deadline, and names both in the error. */
  async #within<T>(
    request: DockerRequest,
    signal: AbortSignal,
    exchange: (limit: { readonly signal: AbortSignal }) => Promise<T>,
  ): Promise<T> {
    const call = { endpoint: this.endpoint, method: request.method, path: request.path };
    const millis = request.timeoutMillis ?? defaultTimeoutMillis;
    const limit = new AbortController();
    const abort = (): void => limit.abort(signal.reason);
    const timer = setTimeout(() => limit.abort(unanswered(call, millis)), millis);
    signal.addEventListener("abort", abort, { once: true });
    try {
      if (signal.aborted) throw signal.reason;
      return await exchange({ signal: limit.signal });
    } catch (thrown) {
      // An answer cut short by the abort shows as a lost connection: the abort's reason says more.
      if (limit.signal.aborted) throw CriError.from(limit.signal.reason, `docker ${request.path}`);
      throw errorOfConnection(thrown, call);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    }
  }
}

async function accepted(answer: Answer): Promise<Answer> {
  if (!isAnswer(answer) || (answer.statusCode ?? 0) < 400) return answer;
  throw errorOfAnswer(answer.statusCode ?? 0, await bodyOf(answer));
}

async function wholeOf(answer: Answer): Promise<string> {
  return bodyOf(await accepted(answer));
}

function socketOf(endpoint: string): string {
  const [, path] = /^unix:\/\/(\/.+)$/.exec(endpoint) ?? [];
  if (path !== undefined) return path;
  throw new CriError(
    "InvalidArgument",
    `docker endpoint "${endpoint}" is not unix:///PATH: its log files, cgroups and namespaces must be on this host`,
  );
}
