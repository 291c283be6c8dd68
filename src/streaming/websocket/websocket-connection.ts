import type { Duplex } from "node:stream";
import { CriError, messageOf } from "../../model/error.ts";
import { ReadGate } from "../read-gate.ts";
import { type Sent, SocketWriter } from "../socket-writer.ts";
import { FrameDecoder, type MessageSink } from "./frame-decoder.ts";
import { closeMessage, messageHead, pongMessage } from "./message-head.ts";

/** RFC 6455, 7.4.1. */
const normalClosure = 1000;
const protocolError = 1002;
/** Pings that a client may send without reading any answer. */
const maxUnreadAnswers = 256;
/** The client gets so long to take the last bytes, and then so long to say goodbye. */
const flushMillis = 300_000;
const lingerMillis = 5_000;

export interface WebSocketConnectionOptions extends Omit<MessageSink, "control"> {
  /** After its upgrade. */
  readonly socket: Duplex;
  /** Called once, when the socket is closed; without a reason after `end`. */
  readonly onClose: (reason: CriError | undefined) => void;
}

/** A server's end of a WebSocket (RFC 6455) whose messages are given on as their bytes come. Who is slow is not read. */
export class WebSocketConnection {
  readonly #options: WebSocketConnectionOptions;
  readonly #socket: Duplex;
  readonly #decoder: FrameDecoder;
  readonly #writer: SocketWriter;
  readonly #gate: ReadGate;
  #state: "open" | "ending" | "left" | "closed" = "open";
  #unreadAnswers = 0;
  #reason: CriError | undefined;
  #deadline: NodeJS.Timeout | undefined;

  constructor(options: WebSocketConnectionOptions) {
    const { socket } = options;
    this.#options = options;
    this.#socket = socket;
    this.#writer = new SocketWriter(socket);
    this.#gate = new ReadGate(socket, () => this.#probe());
    this.#decoder = new FrameDecoder({
      data: (bytes, isFirst) => this.#isOpen && options.data(bytes, isFirst),
      dataEnd: () => this.#isOpen && options.dataEnd(),
      control: (kind, payload) => this.#onControl(kind, payload),
    });
    socket
      .on("data", (chunk: Buffer) => this.#onData(chunk))
      .on("drain", () => this.#onDrain())
      .on("end", () => this.destroy(left()))
      .on("error", (error) => {
        this.#reason ??= left(error);
      })
      .once("close", () => this.#onClose());
  }

  /** Writes what is whole messages with their heads. */
  write(parts: readonly Buffer[], sent?: Sent): void {
    this.#writer.write(parts, sent);
  }

  /** So many bytes more are kept for readers; a negative number: they took them. */
  keep(bytes: number): void {
    this.#gate.keep(bytes);
  }

  /** Closes after what was written so far; what still comes is dropped. Returns at once, `onClose` tells the end. */
  end(): void {
    if (!this.#isOpen) return;
    this.#state = "ending";
    this.#gate.open();
    this.#closeAfter(flushMillis);
    this.#socket.write(goodbye(normalClosure), () => this.#closeAfter(lingerMillis));
  }

  /** Closes at once. */
  destroy(reason: CriError): void {
    this.#reason ??= reason;
    this.#socket.destroy();
  }

  get #isOpen(): boolean {
    return this.#state === "open";
  }

  #onData(chunk: Buffer): void {
    if (this.#state === "left" || this.#state === "closed") return;
    try {
      this.#decoder.push(chunk);
    } catch (thrown) {
      this.#leave(CriError.from(thrown, "WebSocket"), goodbye(protocolError));
    }
    if (this.#unreadAnswers > maxUnreadAnswers) this.#gate.hold(true);
  }

  #onDrain(): void {
    this.#unreadAnswers = 0;
    this.#gate.hold(false);
  }

  #onControl(kind: "close" | "ping" | "pong", payload: Buffer): void {
    if (kind === "pong") return;
    if (kind === "ping") {
      this.#answer([messageHead(pongMessage, payload.length), payload]);
    } else if (this.#state === "ending") {
      this.#socket.end();
    } else {
      // Its own code comes back (5.5.1).
      const answer = Buffer.concat([messageHead(closeMessage, payload.length), payload]);
      this.#leave(left(), answer);
    }
  }

  #answer(parts: readonly Buffer[]): void {
    if (!this.#isOpen) return;
    this.#writer.write(parts);
    if (this.#writer.isFull) this.#unreadAnswers += 1;
  }

  /** A pong that nobody has asked for is no offence (5.5.3), and clients that sent pings take it as an answer. */
  #probe(): void {
    if (!this.#writer.isFull) this.#writer.write([messageHead(pongMessage, 0)]);
  }

  /** The client has said goodbye, or what it says is no WebSocket: what still comes is dropped until it closes, too. */
  #leave(reason: CriError, lastWords: Buffer): void {
    this.#reason ??= reason;
    this.#state = "left";
    this.#gate.open();
    this.#closeAfter(lingerMillis);
    this.#socket.end(lastWords);
  }

  #closeAfter(millis: number): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => this.#socket.destroy(), millis);
  }

  #onClose(): void {
    const reason = this.#reason ?? left();
    const wasEnded = this.#state === "ending";
    this.#state = "closed";
    this.#gate.open();
    clearTimeout(this.#deadline);
    this.#writer.close(reason);
    this.#options.onClose(wasEnded ? undefined : reason);
  }
}

function goodbye(code: number): Buffer {
  return messageHead(closeMessage, 0, [code >>> 8, code & 0xff]);
}

function left(cause?: unknown): CriError {
  const why = cause === undefined ? "" : `: ${messageOf(cause)}`;
  return new CriError("Unavailable", `the client has left${why}`, { cause });
}
