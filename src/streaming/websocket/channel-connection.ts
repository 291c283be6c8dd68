import { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import { CriError, messageOf } from "../../model/error.ts";
import { PeerInput } from "../peer-input.ts";
import { ReadGate } from "../read-gate.ts";
import { lengthOf, type Sent, SocketWriter } from "../socket-writer.ts";
import { binaryMessage, messageHead, textMessage } from "./message-head.ts";

/** Larger pieces go into several messages: some clients read a whole one at once. */
const maxMessageBytes = 128 * 1024;
const readableHighWaterMark = 16 * 1024;
const writableHighWaterMark = 256 * 1024;
/** In v5 a message of this and of a channel's number ends that channel. */
const closeSignal = 255;
/** Base64 protocols have digits for numbers. */
const firstDigit = 48;

export interface ChannelConnectionOptions {
  readonly webSocket: WebSocket;
  /** Below the WebSocket, which reads from it; messages are written to it at once, without the copy that ws makes. */
  readonly socket: Duplex;
  readonly channelCount: number;
  readonly isBase64: boolean;
  /** Whether a client can end a channel. */
  readonly hasCloseSignal: boolean;
  readonly onTraffic: (direction: "in" | "out", bytes: number) => void;
  /** Called once, when the connection is closed; without a reason after `end`. */
  readonly onClose: (reason: CriError | undefined) => void;
}

/** Numbered channels on one WebSocket: the first byte of each message says which one the rest is for. */
export class ChannelConnection {
  readonly channels: readonly Channel[];
  readonly #options: ChannelConnectionOptions;
  readonly #writer: SocketWriter;
  readonly #gate: ReadGate;
  #reason: CriError | undefined;
  #isEnding = false;

  constructor(options: ChannelConnectionOptions) {
    const { webSocket, socket, channelCount } = options;
    this.#options = options;
    this.#writer = new SocketWriter(socket);
    this.#gate = new ReadGate(webSocket, () => this.#probe());
    const wire = {
      send: (channel: number, chunks: readonly Buffer[], sent: Sent) =>
        this.#send(channel, chunks, sent),
      keep: (bytes: number) => this.#gate.keep(bytes),
    };
    this.channels = Array.from({ length: channelCount }, (_, id) => new Channel(id, wire));
    webSocket
      .on("message", (message: Buffer) => this.#onMessage(message))
      .on("error", (error) => {
        this.#reason ??= left(error);
      })
      .once("close", () => this.#onClose());
  }

  /** Closes after what was written to channels so far; what still comes is dropped. `onClose` tells the end. */
  end(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    for (const channel of this.channels) channel.destroy();
    this.#gate.open();
    this.#options.webSocket.close(1000);
  }

  /** Closes at once; every channel fails with the reason. */
  destroy(reason: CriError): void {
    this.#reason ??= reason;
    this.#options.webSocket.terminate();
  }

  /** A pong that nobody has asked for is no offence (RFC 6455, 5.5.3), and clients that sent pings take it as an answer. */
  #probe(): void {
    if (!this.#writer.isFull) this.#options.webSocket.pong();
  }

  #onClose(): void {
    const reason = this.#reason ?? left();
    this.#gate.open();
    this.#writer.close(reason);
    for (const channel of this.channels) channel.destroy(reason);
    this.#options.onClose(this.#isEnding ? undefined : reason);
  }

  #onMessage(message: Buffer): void {
    const [first] = message;
    if (first === undefined || this.#isEnding) return;
    this.#options.onTraffic("in", message.length - 1);
    const { hasCloseSignal, isBase64 } = this.#options;
    if (hasCloseSignal && first === closeSignal) this.channels[message[1] ?? 0]?.receive(null);
    else if (isBase64) {
      const bytes = Buffer.from(message.toString("latin1", 1), "base64");
      this.channels[first - firstDigit]?.receive(bytes);
    } else this.channels[first]?.receive(message.subarray(1));
  }

  #send(channel: number, chunks: readonly Buffer[], sent: Sent): void {
    this.#options.onTraffic("out", lengthOf(chunks));
    const whole = lengthOf(chunks) <= maxMessageBytes;
    const messages = whole ? [chunks] : chunks.flatMap((chunk) => pieces(chunk));
    this.#writer.write(
      messages.flatMap((parts) => this.#message(channel, parts)),
      sent,
    );
  }

  #message(channel: number, parts: readonly Buffer[]): readonly Buffer[] {
    if (!this.#options.isBase64) {
      return [messageHead(binaryMessage, lengthOf(parts), [channel]), ...parts];
    }
    const text = Buffer.from(`${channel}${Buffer.concat(parts).toString("base64")}`);
    return [messageHead(textMessage, text.length), text];
  }
}

interface ChannelWire {
  readonly send: (channel: number, chunks: readonly Buffer[], sent: Sent) => void;
  readonly keep: (bytes: number) => void;
}

/** One channel; a failure that nobody listens for is no harm. Ending it is told to nobody: servers have no word for that. */
export class Channel extends Duplex {
  readonly #id: number;
  readonly #wire: ChannelWire;
  readonly #input: PeerInput;

  constructor(id: number, wire: ChannelWire) {
    super({ allowHalfOpen: true, readableHighWaterMark, writableHighWaterMark });
    this.#id = id;
    this.#wire = wire;
    this.#input = new PeerInput(this, wire.keep);
    this.on("error", () => undefined);
  }

  /** For the connection: the client has sent this; null: it sends nothing more. */
  receive(bytes: Buffer | null): void {
    this.#input.receive(bytes);
  }

  /** Sends a message without content. */
  greet(): void {
    this.#wire.send(this.#id, [], () => undefined);
  }

  override _read(): void {
    this.#input.pull();
  }

  override _write(chunk: Buffer, _encoding: string, sent: Sent): void {
    this.#wire.send(this.#id, [chunk], sent);
  }

  override _writev(items: readonly { readonly chunk: Buffer }[], sent: Sent): void {
    const chunks = items.map(({ chunk }) => chunk);
    this.#wire.send(this.#id, chunks, sent);
  }

  override _destroy(error: Error | null, done: Sent): void {
    this.#input.drop();
    done(error);
  }
}

function pieces(chunk: Buffer): readonly (readonly Buffer[])[] {
  const count = Math.ceil(chunk.length / maxMessageBytes);
  return Array.from({ length: count }, (_, index) => [
    chunk.subarray(index * maxMessageBytes, (index + 1) * maxMessageBytes),
  ]);
}

function left(cause?: unknown): CriError {
  const why = cause === undefined ? "" : `: ${messageOf(cause)}`;
  return new CriError("Unavailable", `the client has left${why}`, { cause });
}
