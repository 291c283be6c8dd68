import { LineProcess } from "./line-process.ts";

export type Transport = "spdy" | "websocket";

/** One thing that a client does in a session. */
export type Step =
  | { readonly write: string }
  /** Waits until stdout has gone on with it. */
  | { readonly expect: string }
  /** Columns and rows. */
  | { readonly resize: readonly [number, number] }
  /** Waits until `open` was asked for. */
  | { readonly gate: string }
  | { readonly hangUp: true };

interface Target {
  readonly transport: Transport;
  /** Instead of those that client-go offers. */
  readonly protocols?: readonly string[];
  /** Without it the CRI endpoint is asked for one. */
  readonly url?: string;
}

export interface StreamRequest extends Target {
  readonly verb: "exec" | "attach";
  readonly containerId?: string;
  readonly command?: readonly string[];
  readonly tty?: boolean;
  readonly stdin?: boolean;
  readonly stdout?: boolean;
  readonly stderr?: boolean;
  /** Of what goes over the streams. */
  readonly hash?: boolean;
  /** So many bytes go to stdin, which then ends. */
  readonly payloadBytes?: number;
  /** Else these are done, and stdin ends with the last. */
  readonly steps?: readonly Step[];
  /** stdout and stderr are not read before it is open. */
  readonly gate?: string;
}

export interface ForwardRequest extends Target {
  readonly verb: "forward";
  readonly podSandboxId?: string;
  readonly ports: readonly number[];
  /** At once, for each port. */
  readonly connections: number;
  /** Through each of them. */
  readonly payloadBytes: number;
  readonly hash?: boolean;
}

/** Lets pass who waits at a gate and who will come. */
interface OpenRequest {
  readonly verb: "open";
  readonly gate: string;
}

/** Is answered when so many wait at it. */
interface ArrivedRequest {
  readonly verb: "arrived";
  readonly gate: string;
  readonly count: number;
}

/** What a stream carried. */
interface Told {
  readonly bytes: number;
  readonly sha256?: string;
  /** Its beginning. */
  readonly text: string;
}

export interface GoAnswer {
  /** Empty when all went well; an exit code is no error. */
  readonly error: string;
  readonly exitCode?: number;
  readonly sent?: Told;
  readonly stdout?: Told;
  readonly stderr?: Told;
  readonly connections?: readonly ConnectionAnswer[];
  /** What client-go told its log only. */
  readonly logged?: readonly string[];
  readonly millis: number;
}

interface ConnectionAnswer {
  readonly port: number;
  readonly sent: Told;
  readonly received: Told;
  readonly error: string;
}

export type GoRequest = StreamRequest | ForwardRequest | OpenRequest | ArrivedRequest;

/** client-go in a process of its own; requests run at once. */
export type GoClient = LineProcess<GoRequest, GoAnswer>;

/** Starts it; without a socket every request must have a URL. */
export function startGoClient(program: string, socket?: string): GoClient {
  return new LineProcess(program, ["client", ...(socket === undefined ? [] : ["-cri", socket])]);
}
