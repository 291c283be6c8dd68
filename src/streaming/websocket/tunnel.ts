import { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { Sent } from "../socket-writer.ts";
import { SocketWriter } from "../socket-writer.ts";
import { binaryMessage, messageHead } from "./message-head.ts";

/** A WebSocket as a socket: what is written goes into messages, and their bytes are what is read. */
export class WebSocketTunnel extends Duplex {
  readonly #webSocket: WebSocket;
  readonly #writer: SocketWriter;

  /** `socket` is the one below, which ws reads from. */
  constructor(webSocket: WebSocket, socket: Duplex) {
    super({ allowHalfOpen: true });
    this.#webSocket = webSocket;
    this.#writer = new SocketWriter(socket);
    webSocket
      .on("message", (message: Buffer) => {
        if (!this.push(message)) webSocket.pause();
      })
      .on("error", (error) => this.destroy(error))
      .once("close", () => {
        this.#writer.close(new Error("the client has closed the WebSocket"));
        this.destroy();
      });
  }

  override _read(): void {
    this.#webSocket.resume();
  }

  override _write(chunk: Buffer, _encoding: string, sent: Sent): void {
    this.#writer.write([messageHead(binaryMessage, chunk.length), chunk], sent);
  }

  override _writev(items: readonly { readonly chunk: Buffer }[], sent: Sent): void {
    const chunks = items.map(({ chunk }) => chunk);
    const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    this.#writer.write([messageHead(binaryMessage, length), ...chunks], sent);
  }

  override _final(sent: Sent): void {
    this.#webSocket.close(1000);
    sent();
  }

  override _destroy(error: Error | null, done: Sent): void {
    // Its own goodbye may be under way: then it has its own deadline.
    if (error !== null || this.#webSocket.readyState === this.#webSocket.OPEN) {
      this.#webSocket.terminate();
    }
    done(error);
  }
}
