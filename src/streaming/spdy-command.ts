import type { Duplex } from "node:stream";
import { CriError } from "../model/error.ts";
import type { Command } from "./command.ts";
import { endWriting } from "./end-writing.ts";
import { type Outcome, statusText } from "./exec-status.ts";
import { type ClientEnds, runCommand } from "./run-command.ts";
import type { Session } from "./sessions.ts";
import { SpdyConnection } from "./spdy/spdy-connection.ts";
import type { SpdyStream } from "./spdy/spdy-stream.ts";

/** Protocols of exec and attach over SPDY, the best first; over SPDY v5 is v4. */
export const spdyCommandProtocols: readonly string[] = [
  "v5.channel.k8s.io",
  "v4.channel.k8s.io",
  "v3.channel.k8s.io",
  "v2.channel.k8s.io",
  "channel.k8s.io",
];

/** Those that tell a failure in text, and those without a stream for the terminal's size. */
const withTextStatus: readonly string[] = [
  "v3.channel.k8s.io",
  "v2.channel.k8s.io",
  "channel.k8s.io",
];
const withoutResize: readonly string[] = ["v2.channel.k8s.io", "channel.k8s.io"];

type StreamType = "error" | "stdin" | "stdout" | "stderr" | "resize";
const streamTypes: ReadonlySet<string> = new Set(["error", "stdin", "stdout", "stderr", "resize"]);

export interface SpdyCommandOptions {
  /** After its upgrade. */
  readonly socket: Duplex;
  readonly protocol: string;
  readonly command: Command;
  readonly session: Session;
  /** The client has so long to open its streams. */
  readonly creationMillis: number;
}

/** Serves exec or attach on a connection of its own; returns when the client was told how it ended. Never rejects. */
export async function serveSpdyCommand(options: SpdyCommandOptions): Promise<void> {
  const { socket, protocol, command, session } = options;
  const streams = new ClientStreams(neededStreams(command, protocol));
  const connection = new SpdyConnection({
    socket,
    role: "server",
    accepts: (headers) => streams.accepts(headers.get("streamtype")),
    onStream: (stream) => streams.add(stream),
    onTraffic: (direction, bytes) => session.touch(direction, bytes),
    onClose: (reason) => session.close(reason),
  });
  session.onOverdue((reason) => connection.destroy(reason));
  const outcome = (await streams.complete(options.creationMillis, session.signal))
    ? await runCommand(command, streams, session)
    : notOpened(options.creationMillis, session);
  await streams.finish(statusText(outcome, withTextStatus.includes(protocol) ? "text" : "json"));
  connection.end();
}

function neededStreams({ streams }: Command, protocol: string): readonly StreamType[] {
  const needed: StreamType[] = ["error"];
  for (const type of ["stdin", "stdout", "stderr"] as const) if (streams[type]) needed.push(type);
  if (streams.tty && !withoutResize.includes(protocol)) needed.push("resize");
  return needed;
}

/** Too late, unless something else has ended the session before. */
function notOpened(millis: number, session: Session): Outcome {
  const { signal } = session;
  if (signal.aborted) return { type: "failed", error: CriError.from(signal.reason, "streaming") };
  const message = `the client has not opened its streams within ${millis / 1000} seconds`;
  session.note(message, true);
  return { type: "failed", error: new CriError("DeadlineExceeded", message) };
}

/** The streams that a client opens one by one for its command. */
class ClientStreams implements ClientEnds {
  readonly #missing: Set<string>;
  readonly #streams = new Map<string, SpdyStream>();
  readonly #complete = Promise.withResolvers<boolean>();

  constructor(needed: readonly StreamType[]) {
    this.#missing = new Set(needed);
  }

  /** Each once, also those that will not be used: some clients always open them. */
  accepts(type: string | undefined): boolean {
    return type !== undefined && streamTypes.has(type) && !this.#streams.has(type);
  }

  add(stream: SpdyStream): void {
    const type = stream.headers.get("streamtype") ?? "";
    this.#streams.set(type, stream);
    // Nobody is interested in what a client sends there.
    if (!this.#missing.delete(type) || writtenTypes.has(type)) stream.resume();
    if (this.#missing.size === 0) this.#complete.resolve(true);
  }

  get(type: StreamType): SpdyStream | undefined {
    return this.#streams.get(type);
  }

  /** Returns whether all are there in time. */
  async complete(millis: number, signal: AbortSignal): Promise<boolean> {
    const giveUp = (): void => this.#complete.resolve(false);
    const timer = setTimeout(giveUp, millis);
    signal.addEventListener("abort", giveUp, { once: true });
    try {
      return await this.#complete.promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", giveUp);
    }
  }

  /** Ends all of them, the one with the status last; returns when everything is sent, or the client has left. */
  async finish(status: string): Promise<void> {
    this.get("stdin")?.unpipe().resume();
    await Promise.all(["stdin", "stdout", "stderr", "resize"].map((type) => this.#end(type)));
    if (status !== "") this.get("error")?.write(status);
    await this.#end("error");
  }

  async #end(type: string): Promise<void> {
    const stream = this.#streams.get(type);
    if (stream !== undefined) await endWriting(stream);
  }
}

const writtenTypes: ReadonlySet<string> = new Set(["error", "stdout", "stderr"]);
