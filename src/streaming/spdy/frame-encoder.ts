import {
  type ControlFrame,
  finFlag,
  frameHeadBytes,
  frameTypes,
  type HeadersFrame,
} from "./frame.ts";
import { encodeHeaderBlock } from "./header-block.ts";

const version = 0x8003;
/** deflate, a window of 32 KiB, no dictionary. */
const zlibHead = Buffer.from([0x78, 0x01]);
/** Readers such as Go's give out a block only when the next one begins: an empty one follows each. */
const emptyBlock = Buffer.from([0, 0, 0, 0xff, 0xff]);

/** Writes frames in the order in which they are sent: header blocks are pieces of one zlib stream. */
export class FrameEncoder {
  #begun = false;

  /** Returns the whole frame. */
  control(frame: ControlFrame): Buffer {
    switch (frame.type) {
      case "SYN_STREAM":
        // Associated stream, priority and slot: none.
        return this.#withHeaders(frame, Buffer.alloc(6));
      case "SYN_REPLY":
      case "HEADERS":
        return this.#withHeaders(frame, Buffer.alloc(0));
      case "RST_STREAM":
        return controlFrame(frameTypes.RST_STREAM, 0, numbers(frame.streamId, frame.status));
      case "PING":
        return controlFrame(frameTypes.PING, 0, numbers(frame.id));
      case "GOAWAY":
        return controlFrame(frameTypes.GOAWAY, 0, numbers(frame.lastGoodStreamId, frame.status));
    }
  }

  #withHeaders(frame: HeadersFrame<"SYN_STREAM" | "SYN_REPLY" | "HEADERS">, more: Buffer): Buffer {
    const payload = [
      numbers(frame.streamId),
      more,
      this.#compressed(encodeHeaderBlock(frame.headers)),
    ];
    return controlFrame(frameTypes[frame.type], frame.isLast ? finFlag : 0, Buffer.concat(payload));
  }

  /** Blocks "stored" as they are: there is nothing to win with three short headers. */
  #compressed(block: Buffer): Buffer {
    const head = this.#begun ? Buffer.alloc(0) : zlibHead;
    this.#begun = true;
    const stored = Buffer.alloc(5);
    stored.writeUInt16LE(block.length, 1);
    stored.writeUInt16LE(0xffff - block.length, 3);
    return Buffer.concat([head, stored, block, emptyBlock]);
  }
}

/** Returns the head of a data frame, which so many bytes are to follow. */
export function dataHead(streamId: number, length: number, isLast: boolean): Buffer {
  const head = Buffer.allocUnsafe(frameHeadBytes);
  head.writeUInt32BE(streamId, 0);
  head.writeUInt32BE((isLast ? finFlag : 0) * 2 ** 24 + length, 4);
  return head;
}

/** Returns a frame that every peer passes over: WINDOW_UPDATE of the whole connection, which nobody here counts. */
export function ignoredFrame(): Buffer {
  return controlFrame(9, 0, numbers(0, 1));
}

function controlFrame(type: number, flags: number, payload: Buffer): Buffer {
  const head = Buffer.allocUnsafe(frameHeadBytes);
  head.writeUInt16BE(version, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt32BE(flags * 2 ** 24 + payload.length, 4);
  return Buffer.concat([head, payload]);
}

function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index);
  return bytes;
}
