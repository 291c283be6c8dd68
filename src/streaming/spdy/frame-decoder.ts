import { CriError } from "../../model/error.ts";
import { headerDictionary, headerDictionaryId } from "./dictionary.ts";
import { type ControlFrame, finFlag, frameHeadBytes, frameTypes, maxStreamId } from "./frame.ts";
import { decodeHeaderBlock, type SpdyHeaders } from "./header-block.ts";
import { Inflater } from "./inflater.ts";

/** Kubernetes' frames have less than 200 bytes; what is larger would have to be kept until it is whole. */
const maxControlBytes = 16 * 1024;
/** What a header block may be when it is decompressed. */
const maxHeaderBytes = 16 * 1024;

/** What a decoder gives out, in the order of the bytes. */
export interface FrameSink {
  control(frame: ControlFrame): void;
  /** Some bytes of a stream's data; they belong to the chunk that was pushed. */
  data(streamId: number, bytes: Buffer): void;
  /** The last frame of a stream's data is over. */
  dataEnd(streamId: number): void;
}

/** Reads frames from bytes that come in any pieces. It keeps a head and one control frame at most, never data. */
export class FrameDecoder {
  readonly #sink: FrameSink;
  readonly #head = Buffer.alloc(frameHeadBytes);
  #headFilled = 0;
  #rest: "data" | "control" | "ignored" = "ignored";
  /** Bytes of the frame that have not come yet. */
  #left = 0;
  #streamId = 0;
  #isLast = false;
  #type = 0;
  #payload = Buffer.alloc(0);
  #inflater: Inflater | undefined;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** Takes the next bytes. Throws InvalidArgument when they are no SPDY/3.1; then nothing more may be pushed. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      at = this.#left === 0 ? this.#takeHead(chunk, at) : this.#takeRest(chunk, at);
    }
  }

  #takeHead(chunk: Buffer, at: number): number {
    if (this.#headFilled === 0 && chunk.length - at >= frameHeadBytes) {
      this.#begin(chunk.readUInt32BE(at), chunk.readUInt32BE(at + 4));
      return at + frameHeadBytes;
    }
    const copied = chunk.copy(this.#head, this.#headFilled, at);
    this.#headFilled += copied;
    if (this.#headFilled === frameHeadBytes) {
      this.#headFilled = 0;
      this.#begin(this.#head.readUInt32BE(0), this.#head.readUInt32BE(4));
    }
    return at + copied;
  }

  #begin(first: number, second: number): void {
    const length = second & 0xffffff;
    this.#isLast = ((second >>> 24) & finFlag) !== 0;
    this.#left = length;
    if (first > maxStreamId) this.#beginControl(first, length);
    else {
      if (first === 0) throw wrong("a data frame has no stream");
      this.#rest = "data";
      this.#streamId = first;
      if (length === 0) this.#endData();
    }
  }

  #beginControl(first: number, length: number): void {
    if (((first >>> 16) & 0x7fff) !== 3) throw wrong("a control frame is not of version 3");
    this.#type = first & 0xffff;
    this.#rest = knownTypes.has(this.#type) ? "control" : "ignored";
    if (this.#rest === "ignored") return;
    if (length > maxControlBytes)
      throw wrong(`a control frame has more than ${maxControlBytes} bytes`);
    if (length === 0) throw wrong("a control frame is empty");
    this.#payload = Buffer.allocUnsafe(length);
  }

  #takeRest(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#left);
    const filled = this.#payload.length - this.#left;
    this.#left -= end - at;
    if (this.#rest === "data") {
      this.#sink.data(this.#streamId, chunk.subarray(at, end));
      if (this.#left === 0) this.#endData();
    } else if (this.#rest === "control") {
      chunk.copy(this.#payload, filled, at, end);
      if (this.#left === 0) this.#sink.control(this.#control());
    }
    return end;
  }

  #endData(): void {
    if (this.#isLast) this.#sink.dataEnd(this.#streamId);
  }

  #control(): ControlFrame {
    const payload = this.#payload;
    switch (this.#type) {
      case frameTypes.SYN_STREAM:
        return this.#withHeaders("SYN_STREAM", 10);
      case frameTypes.SYN_REPLY:
        return this.#withHeaders("SYN_REPLY", 4);
      case frameTypes.HEADERS:
        return this.#withHeaders("HEADERS", 4);
      case frameTypes.RST_STREAM:
        needBytes(payload, 8);
        return { type: "RST_STREAM", streamId: idIn(payload), status: payload.readUInt32BE(4) };
      case frameTypes.PING:
        needBytes(payload, 4);
        return { type: "PING", id: payload.readUInt32BE(0) };
      default: {
        needBytes(payload, 8);
        const lastGoodStreamId = payload.readUInt32BE(0) & maxStreamId;
        return { type: "GOAWAY", lastGoodStreamId, status: payload.readUInt32BE(4) };
      }
    }
  }

  #withHeaders(type: "SYN_STREAM" | "SYN_REPLY" | "HEADERS", headersAt: number): ControlFrame {
    const payload = this.#payload;
    if (payload.length < headersAt) throw wrong("a control frame is too short");
    const headers = this.#headers(payload.subarray(headersAt));
    return { type, streamId: idIn(payload), isLast: this.#isLast, headers };
  }

  #headers(block: Buffer): SpdyHeaders {
    this.#inflater ??= new Inflater({
      dictionary: headerDictionary,
      dictionaryId: headerDictionaryId,
      maxPieceBytes: maxHeaderBytes,
    });
    return decodeHeaderBlock(this.#inflater.inflate(block));
  }
}

const knownTypes: ReadonlySet<number> = new Set(Object.values(frameTypes));

function needBytes(payload: Buffer, count: number): void {
  if (payload.length !== count) throw wrong(`a control frame has not ${count} bytes`);
}

function idIn(payload: Buffer): number {
  const id = payload.readUInt32BE(0) & maxStreamId;
  return id === 0 ? refuseZero() : id;
}

function refuseZero(): never {
  throw wrong("a control frame has no stream");
}

function wrong(what: string): CriError {
  return new CriError("InvalidArgument", `SPDY: ${what}`);
}
