import { Duplex } from "node:stream";
import type { CriError } from "../../model/error.ts";
import { PeerInput } from "../peer-input.ts";
import { lengthOf, type Sent } from "../socket-writer.ts";
import { binaryMessage, messageHead, textMessage } from "./message-head.ts";
import { WebSocketConnection } from "./websocket-connection.ts";

/** Larger pieces go into several messages: some clients read a whole one at once. */
const maxMessageBytes = 128 * 1024;
const readableHighWaterMark = 16 * 1024;
const writableHighWaterMark = 256 * 1024;
/** In v5 a message of this and of a channel's number ends that channel. */
const closeSignal = 255;
/** Base64 protocols have digits for numbers. */
const firstDigit = 48;

export interface ChannelConnectionOptions {
  /** After its upgrade. */
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
  readonly #connection: WebSocketConnection;
  /** What the next bytes of the message are. */
  #next: "number" | "ended number" | "content" = "number";
  #channel: Channel | undefined;
  /** The end of a message's base64 that makes no byte yet. */
  #rest = "";

  constructor(options: ChannelConnectionOptions) {
    this.#options = options;
    this.#connection = new WebSocketConnection({
      socket: options.socket,
      data: (bytes, isFirst) => this.#onData(bytes, isFirst),
      dataEnd: () => this.#onDataEnd(),
      onClose: (reason) => {
        for (const channel of this.channels) channel.destroy(reason);
        options.onClose(reason);
      },
    });
    const wire = {
      send: (channel: number, chunks: readonly Buffer[], sent: Sent) =>
        this.#send(channel, chunks, sent),
      keep: (bytes: number) => this.#connection.keep(bytes),
    };
    const numbers = Array.from({ length: options.channelCount }, (_, number) => number);
    this.channels = numbers.map((number) => new Channel(number, wire));
  }

  /** Closes after what was written to channels so far; what still comes is dropped. `onClose` tells the end. */
  end(): void {
    for (const channel of this.channels) channel.destroy();
    this.#connection.end();
  }

  /** Closes at once; every channel fails with the reason. */
  destroy(reason: CriError): void {
    this.#connection.destroy(reason);
  }

  #onData(bytes: Buffer, isFirst: boolean): void {
    if (isFirst) this.#next = "number";
    const content = this.#next === "content" ? bytes : this.#takeNumber(bytes);
    if (content.length === 0) return;
    this.#options.onTraffic("in", content.length);
    this.#channel?.receive(this.#options.isBase64 ? this.#decode(content) : content);
  }

  /** Returns what follows the channel's number. */
  #takeNumber(bytes: Buffer): Buffer {
    const [first = 0] = bytes;
    const rest = bytes.subarray(1);
    const { hasCloseSignal, isBase64 } = this.#options;
    if (this.#next === "number" && hasCloseSignal && first === closeSignal) {
      this.#next = "ended number";
      this.#channel = undefined;
      return rest.length === 0 ? rest : this.#takeNumber(rest);
    }
    const channel = this.channels[isBase64 ? first - firstDigit : first];
    if (this.#next === "number") this.#channel = channel;
    else channel?.receive(null);
    this.#next = "content";
    return rest;
  }

  #onDataEnd(): void {
    if (this.#rest !== "") this.#channel?.receive(Buffer.from(this.#rest, "base64"));
    this.#rest = "";
  }

  /** Four characters are three bytes. */
  #decode(content: Buffer): Buffer {
    const text = this.#rest + content.toString("latin1");
    const whole = text.length - (text.length % 4);
    this.#rest = text.slice(whole);
    return Buffer.from(text.slice(0, whole), "base64");
  }

  #send(channel: number, chunks: readonly Buffer[], sent: Sent): void {
    this.#options.onTraffic("out", lengthOf(chunks));
    const whole = lengthOf(chunks) <= maxMessageBytes;
    const messages = whole ? [chunks] : chunks.flatMap((chunk) => pieces(chunk));
    this.#connection.write(
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
