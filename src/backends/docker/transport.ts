import type { IncomingMessage } from "node:http";
import { Agent } from "node:http";
import type { Duplex, Readable } from "node:stream";
import { inspect } from "node:util";
import Docker from "dockerode";
import { CriError } from "../../model/error.ts";
import type { DockerRequest, QueryValue } from "./docker-request.ts";

/** The head of an HTTP answer, its body still to be read; or the raw connection of a hijacked call. */
export type Answer = IncomingMessage | Duplex;

interface DialOptions {
  readonly signal: AbortSignal;
}

/** A pool of connections to the engine's socket. */
export interface Transport {
  /** Sends a request to a path that has its version in front; returns the answer whatever its status. Throws what Node throws. */
  dial(request: DockerRequest, path: string, options: DialOptions): Promise<Answer>;
  close(): void;
}

/** A list of 10,000 containers with all their labels takes 40 MiB. */
const maxAnswerBytes = 256 << 20;

/** Every status is taken as it is: answers are judged by the caller, not by docker-modem, which hides the status in a text. */
const everyStatus = Object.fromEntries(
  Array.from({ length: 500 }, (_, index) => [index + 100, true]),
);

/** docker-modem formats its options for a debug log at every call, shown or not: a terse agent saves 0.8 ms of it. */
class TerseAgent extends Agent {
  [inspect.custom](): string {
    return "Agent";
  }
}

/** Opens a pool with that many connections at most. */
export function openTransport(
  socketPath: string,
  options: { readonly maxSockets: number; readonly keepAlive: boolean },
): Transport {
  const agent = new TerseAgent({ ...options, maxFreeSockets: 4 });
  // The modem takes an agent; the published types do not know it.
  const dockerOptions: Docker.DockerOptions & { readonly agent: Agent } = { socketPath, agent };
  const { modem } = new Docker(dockerOptions);
  return {
    dial: (request, path, dialOptions) => dial(modem, argumentsOf(request, path, dialOptions)),
    close: () => agent.destroy(),
  };
}

type Modem = Docker["modem"];
type ModemOptions = Parameters<Modem["dial"]>[0];

function argumentsOf(request: DockerRequest, path: string, options: DialOptions): ModemOptions {
  return {
    path: withQuery(path, request),
    method: request.method,
    // With both parts given the modem neither sends the query as a body nor cuts the path.
    options: { _query: {}, _body: request.body ?? {} },
    statusCodes: everyStatus,
    // Otherwise it collects the body itself, and never calls back when the engine dies in the middle of it.
    isStream: true,
    abortSignal: options.signal,
    ...(request.registryAuth !== undefined && { authconfig: { base64: request.registryAuth } }),
  };
}

/** Returns the path with the request's query behind it. */
export function withQuery(path: string, { query = {} }: DockerRequest): string {
  const text = new URLSearchParams(Object.entries(query).map(textOf)).toString();
  return text === "" ? path : `${path}?${text}`;
}

type QueryEntry = readonly [string, QueryValue];

function textOf([name, value]: QueryEntry): [string, string] {
  return [name, typeof value === "object" ? JSON.stringify(value) : String(value)];
}

function dial(modem: Modem, options: ModemOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    modem.dial(options, (error, answer) => {
      if (error === null) resolve(answer as Answer);
      else reject(error);
    });
  });
}

/** Tells an HTTP answer from a raw connection. */
export function isAnswer(answer: Answer): answer is IncomingMessage {
  return "statusCode" in answer;
}

/** Reads an answer to its end as text; throws ResourceExhausted for one beyond 64 MiB. */
export async function bodyOf(answer: Answer): Promise<string> {
  return (await bytesOf(answer, maxAnswerBytes)).toString();
}

/** Reads an answer to its end; throws ResourceExhausted for a longer one. */
export async function bytesOf(answer: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer) {
    const bytes = chunk as Buffer;
    length += bytes.length;
    if (length > maxBytes) {
      throw new CriError("ResourceExhausted", `docker answered more than ${maxBytes} bytes`);
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks, length);
}
