import { CriError } from "../../model/error.ts";
import { unmask } from "./unmask.ts";

/** RFC 6455, 5.2. */
const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
const firstControlOpcode = 8;
const maxControlBytes = 125;
/** Two bytes, eight of a long length, four of the mask. */
const maxHeadBytes = 14;

/** What a decoder gives out, in the order of the bytes. */
export interface MessageSink {
  /** Some bytes of a message. They belong to the chunk that was pushed; `isFirst`: a message begins with them. */
  data(bytes: Buffer, isFirst: boolean): void;
  /** The message is over. */
  dataEnd(): void;
  control(kind: "close" | "ping" | "pong", payload: Buffer): void;
}

/**
 * Reads a client's frames from bytes that come in any pieces, and takes their masks off in place. It keeps a head and a control
 * frame at most, never a message.
 */
export class FrameDecoder {
  readonly #sink: MessageSink;
  readonly #head = Buffer.alloc(maxHeadBytes);
  #headFilled = 0;
  #isInFrame = false;
  #opcode = 0;
  #isLast = false;
  /** Bytes of the frame's payload that came, and all of them. */
  #at = 0;
  #length = 0;
  readonly #mask = Buffer.alloc(4);
  readonly #control = Buffer.alloc(maxControlBytes);
  /** Whether a message has begun and is not over. */
  #isInMessage = false;
  #isFirst = false;

  constructor(sink: MessageSink) {
    this.#sink = sink;
  }

  /** Takes the next bytes, and writes over them. Throws InvalidArgument when they are no WebSocket; then nothing more may be pushed. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      at = this.#isInFrame ? this.#takePayload(chunk, at) : this.#takeHead(chunk, at);
    }
  }

  #takeHead(chunk: Buffer, at: number): number {
    const wanted = headLength(this.#head, this.#headFilled);
    const end = Math.min(chunk.length, at + wanted - this.#headFilled);
    this.#headFilled += chunk.copy(this.#head, this.#headFilled, at, end);
    if (this.#headFilled === headLength(this.#head, this.#headFilled)) this.#begin();
    return end;
  }

  #begin(): void {
    const head = this.#head;
    const [first = 0, second = 0] = head;
    const size = this.#headFilled;
    this.#headFilled = 0;
    if ((first & 0x70) !== 0) throw wrong("a reserved bit is set");
    if ((second & 0x80) === 0) throw wrong("a frame of a client is not masked");
    this.#isLast = (first & 0x80) !== 0;
    this.#opcode = first & 0x0f;
    this.#length = payloadLength(head);
    head.copy(this.#mask, 0, size - this.#mask.length, size);
    if (this.#opcode < firstControlOpcode) this.#beginData();
    else this.#checkControl();
    this.#at = 0;
    this.#isInFrame = true;
    if (this.#length === 0) this.#endFrame();
  }

  #beginData(): void {
    const isContinuation = this.#opcode === opcodes.continuation;
    if (this.#opcode > opcodes.binary) throw wrong("the kind of a frame is unknown");
    if (isContinuation !== this.#isInMessage) throw wrong("a message is not in one piece");
    this.#isInMessage = true;
    if (!isContinuation) this.#isFirst = true;
  }

  #checkControl(): void {
    if (this.#opcode > opcodes.pong) throw wrong("the kind of a frame is unknown");
    if (!this.#isLast || this.#length > maxControlBytes) throw wrong("a control frame is too long");
  }

  #takePayload(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#length - this.#at);
    const piece = chunk.subarray(at, end);
    unmask(piece, this.#mask, this.#at);
    if (this.#opcode < firstControlOpcode) this.#giveData(piece);
    else piece.copy(this.#control, this.#at);
    this.#at += piece.length;
    if (this.#at === this.#length) this.#endFrame();
    return end;
  }

  #giveData(piece: Buffer): void {
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    this.#sink.data(piece, isFirst);
  }

  #endFrame(): void {
    this.#isInFrame = false;
    if (this.#opcode >= firstControlOpcode) {
      const payload = Buffer.from(this.#control.subarray(0, this.#length));
      const { close, ping } = opcodes;
      const kind = this.#opcode === close ? "close" : this.#opcode === ping ? "ping" : "pong";
      this.#sink.control(kind, payload);
    } else if (this.#isLast) {
      this.#isInMessage = false;
      this.#sink.dataEnd();
    }
  }
}

/** How many bytes a head has, as far as it can be told from so many of them. */
function headLength(head: Buffer, filled: number): number {
  if (filled < 2) return 2;
  const short = (head[1] ?? 0) & 0x7f;
  const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
  const mask = ((head[1] ?? 0) & 0x80) === 0 ? 0 : 4;
  return 2 + extended + mask;
}

function payloadLength(head: Buffer): number {
  const short = (head[1] ?? 0) & 0x7f;
  if (short === 126) return head.readUInt16BE(2);
  if (short < 126) return short;
  const long = head.readBigUInt64BE(2);
  if (long > BigInt(Number.MAX_SAFE_INTEGER)) throw wrong("a frame is too long");
  return Number(long);
}

function wrong(what: string): CriError {
  return new CriError("InvalidArgument", `WebSocket: ${what}`);
}
