import { Duplex } from "node:stream";
import { CriError } from "../../model/error.ts";
import { PeerInput } from "../peer-input.ts";
import { lengthOf, type Sent } from "../socket-writer.ts";
import { binaryMessage, messageHead } from "./message-head.ts";
import { WebSocketConnection } from "./websocket-connection.ts";

/** A WebSocket as a socket: what is written goes into messages, and their bytes are what is read. */
export class WebSocketTunnel extends Duplex {
  readonly #connection: WebSocketConnection;
  readonly #input: PeerInput;

  /** Takes a socket after its upgrade. */
  constructor(socket: Duplex) {
    super({ allowHalfOpen: true });
    this.#input = new PeerInput(this, (bytes) => this.#connection.keep(bytes));
    this.#connection = new WebSocketConnection({
      socket,
      data: (bytes) => this.#input.receive(bytes),
      dataEnd: () => undefined,
      onClose: (reason: CriError | undefined) => this.destroy(reason),
    });
  }

  override _read(): void {
    this.#input.pull();
  }

  override _write(chunk: Buffer, _encoding: string, sent: Sent): void {
    this.#connection.write([messageHead(binaryMessage, chunk.length), chunk], sent);
  }

  override _writev(items: readonly { readonly chunk: Buffer }[], sent: Sent): void {
    const chunks = items.map(({ chunk }) => chunk);
    this.#connection.write([messageHead(binaryMessage, lengthOf(chunks)), ...chunks], sent);
  }

  override _final(sent: Sent): void {
    this.#connection.end();
    sent();
  }

  override _destroy(error: Error | null, done: Sent): void {
    this.#input.drop();
    const closed = new CriError("Cancelled", "the tunnel was closed");
    this.#connection.destroy(error === null ? closed : CriError.from(error, "tunnel"));
    done(error);
  }
}
