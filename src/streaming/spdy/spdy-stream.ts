import { Duplex } from "node:stream";
import { PeerInput } from "../peer-input.ts";
import type { Sent } from "../socket-writer.ts";
import type { SpdyHeaders } from "./header-block.ts";

/** A stream's way to its connection. */
export interface StreamWire {
  /** Sends data of a stream; none: its end. `sent` is called when there is room for more. */
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

/**
 * One stream of a SPDY connection. Each half ends on its own; `destroy` resets it. It fails when the peer resets it or vanishes,
 * and a failure that nobody listens for is no harm.
 */
export class SpdyStream extends Duplex {
  readonly id: number;
  readonly headers: SpdyHeaders;
  readonly #wire: StreamWire;
  readonly #input: PeerInput;
  #ownEnded = false;
  #wasReset = false;

  constructor(id: number, headers: SpdyHeaders, wire: StreamWire) {
    super({ allowHalfOpen: true, readableHighWaterMark, writableHighWaterMark });
    this.id = id;
    this.headers = headers;
    this.#wire = wire;
    this.#input = new PeerInput(this, (bytes) => wire.keep(bytes));
    this.on("error", () => undefined);
  }

  /** For the connection: the peer has sent this; null: it sends nothing more. */
  receive(bytes: Buffer | null): void {
    this.#input.receive(bytes);
    if (bytes === null && this.#ownEnded) this.#wire.forget(true);
  }

  /**
   * For a client's connection: the server has reset it. Kubernetes' servers end sessions so, and Go's clients read an end: what came
   * before is whole, and what is still written goes nowhere.
   */
  reset(): void {
    this.#wasReset = true;
    this.#ownEnded = true;
    this.receive(null);
  }

  override _read(): void {
    this.#input.pull();
  }

  override _write(chunk: Buffer, _encoding: string, sent: Sent): void {
    if (this.#wasReset) sent();
    else this.#wire.send(this.id, [chunk], sent);
  }

  override _writev(items: readonly { readonly chunk: Buffer }[], sent: Sent): void {
    const chunks = items.map(({ chunk }) => chunk);
    if (this.#wasReset) sent();
    else this.#wire.send(this.id, chunks, sent);
  }

  override _final(sent: Sent): void {
    this.#ownEnded = true;
    if (this.#wasReset) return sent();
    this.#wire.send(this.id, [], sent);
    if (this.#input.hasEnded) this.#wire.forget(true);
  }

  override _destroy(error: Error | null, done: Sent): void {
    this.#input.drop();
    if (!this.#ownEnded || !this.#input.hasEnded) this.#wire.forget(false);
    done(error);
  }
}
