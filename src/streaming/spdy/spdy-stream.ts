import { Duplex } from "node:stream";
import type { Sent } from "./frame-writer.ts";
import type { SpdyHeaders } from "./header-block.ts";

/** A stream's way to its connection. */
export interface StreamWire {
  /** Sends data of a stream; none: its end. */
  send(streamId: number, chunks: readonly Buffer[], sent: Sent): void;
  /** So many bytes are kept for a reader that is slower than the peer; a negative number: he took them. */
  keep(bytes: number): void;
  /** Both halves have ended (`isWhole`), or are not wanted any more: then the peer is told. */
  forget(isWhole: boolean): void;
}

/** So much waits in the stream's own buffer; the rest is counted by the connection. */
const readableHighWaterMark = 16 * 1024;
/** Pieces as engines and kernels give them should not stop for each other. */
const writableHighWaterMark = 256 * 1024;
/** What an object for a piece costs: a flood of tiny pieces must be counted, too. */
const pieceBytes = 64;

/**
 * One stream of a SPDY connection. Each half ends on its own; `destroy` resets it. It fails when the peer resets it or vanishes,
 * and a failure that nobody listens for is no harm.
 */
export class SpdyStream extends Duplex {
  readonly id: number;
  readonly headers: SpdyHeaders;
  readonly #wire: StreamWire;
  readonly #kept: Buffer[] = [];
  #wanted = false;
  #peerEnded = false;
  #ownEnded = false;

  constructor(id: number, headers: SpdyHeaders, wire: StreamWire) {
    super({ allowHalfOpen: true, readableHighWaterMark, writableHighWaterMark });
    this.id = id;
    this.headers = headers;
    this.#wire = wire;
    this.on("error", () => undefined);
  }

  /** For the connection: the peer has sent this; null: it sends nothing more. */
  receive(bytes: Buffer | null): void {
    if (this.destroyed || this.#peerEnded) return;
    if (bytes === null) this.#endReading();
    else if (this.#wanted) this.#wanted = this.push(ownBytes(bytes));
    else {
      this.#kept.push(ownBytes(bytes));
      this.#wire.keep(bytes.length + pieceBytes);
    }
  }

  #endReading(): void {
    this.#peerEnded = true;
    if (this.#kept.length === 0) this.push(null);
    if (this.#ownEnded) this.#wire.forget(true);
  }

  override _read(): void {
    this.#wanted = true;
    while (this.#wanted) {
      const bytes = this.#kept.shift();
      if (bytes === undefined) return;
      this.#wire.keep(-bytes.length - pieceBytes);
      this.#wanted = this.push(bytes);
      if (this.#peerEnded && this.#kept.length === 0) this.push(null);
    }
  }

  override _write(chunk: Buffer, _encoding: string, sent: Sent): void {
    this.#wire.send(this.id, [chunk], sent);
  }

  override _writev(items: readonly { readonly chunk: Buffer }[], sent: Sent): void {
    const chunks = items.map(({ chunk }) => chunk);
    this.#wire.send(this.id, chunks, sent);
  }

  override _final(sent: Sent): void {
    this.#ownEnded = true;
    this.#wire.send(this.id, [], sent);
    if (this.#peerEnded) this.#wire.forget(true);
  }

  override _destroy(error: Error | null, done: Sent): void {
    for (const bytes of this.#kept.splice(0)) this.#wire.keep(-bytes.length - pieceBytes);
    if (!this.#ownEnded || !this.#peerEnded) this.#wire.forget(false);
    done(error);
  }
}

/** A few bytes must not keep the whole of what was read with them. */
function ownBytes(bytes: Buffer): Buffer {
  if (bytes.length * 4 >= bytes.buffer.byteLength) return bytes;
  const own = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(own);
  return own;
}
