import type { Duplex, Readable, Writable } from "node:stream";

/** A terminal's size in characters. */
export interface TerminalSize {
  readonly width: number;
  readonly height: number;
}

/** What runs in a container for a client: exec starts it, attach finds it running. Checked already. */
export interface ExecRequest {
  /** As the client gave it, whole or short. */
  readonly containerId: string;
  readonly command: readonly string[];
  readonly streams: StreamChoice;
}

export interface AttachRequest {
  readonly containerId: string;
  readonly streams: StreamChoice;
}

export interface PortForwardRequest {
  readonly podSandboxId: string;
  /** Those that may be connected to; empty: any. */
  readonly ports: readonly number[];
}

/** Which streams the client has asked for; with a terminal there is no stderr. */
export interface StreamChoice {
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
}

/**
 * A client's end of exec or attach, whatever carries it. Streams that were not asked for are undefined. stdin ends when the client
 * closes it; writing waits while the client does not read. When the client vanishes, stdin fails and the call's signal aborts.
 */
export interface StreamSession {
  readonly stdin: Readable | undefined;
  readonly stdout: Writable | undefined;
  readonly stderr: Writable | undefined;
  /** The terminal's sizes, only the newest is kept for a slow reader; ends with the session. */
  readonly resizes: AsyncIterable<TerminalSize>;
}

/** What streams are connected to; runtime/ implements it. Each method lasts as long as what it runs; the signal ends it early. */
export interface StreamTarget {
  /** Runs a command; returns its exit code. Throws NotFound, FailedPrecondition (not running), what the engine says. */
  exec(request: ExecRequest, session: StreamSession, signal: AbortSignal): Promise<number>;
  /** Joins the container's own streams, until it ends or the client leaves. */
  attach(request: AttachRequest, session: StreamSession, signal: AbortSignal): Promise<void>;
  /** Connects to a port of the pod's localhost, IPv4 then IPv6. Half-close works both ways. Throws Unavailable when it is refused. */
  connect(podSandboxId: string, port: number, signal: AbortSignal): Promise<Duplex>;
}

/** Where clients are sent to; streaming/ implements it. Each URL is good for one use within a minute. */
export interface StreamUrls {
  exec(request: ExecRequest): string;
  attach(request: AttachRequest): string;
  portForward(request: PortForwardRequest): string;
}
