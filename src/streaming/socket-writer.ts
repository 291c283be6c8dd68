import type { Duplex } from "node:stream";

/** Called when there is room for more, or with the reason why there never will be. */
export type Sent = (error?: Error | null) => void;

/** Up to here it is cheaper to copy than to send in parts. */
const smallBytes = 1024;

/** Writes to a socket, large pieces without a copy, and tells the writers when it has room. */
export class SocketWriter {
  readonly #socket: Duplex;
  readonly #waiting: Sent[] = [];
  #closed: Error | undefined;

  constructor(socket: Duplex) {
    this.#socket = socket;
    socket.on("drain", () => {
      for (const sent of this.#waiting.splice(0)) sent();
    });
  }

  /** Whether the peer takes less than it is sent. */
  get isFull(): boolean {
    return this.#closed !== undefined || this.#socket.writableNeedDrain;
  }

  /** Writes the parts as one. */
  write(parts: readonly Buffer[], sent?: Sent): void {
    if (this.#closed === undefined) this.#writeNow(parts);
    if (sent === undefined) return;
    if (this.isFull) this.#wait(sent);
    else sent();
  }

  /** From now on nothing is written, and whoever waits fails. */
  close(reason: Error): void {
    this.#closed ??= reason;
    for (const sent of this.#waiting.splice(0)) sent(reason);
  }

  #wait(sent: Sent): void {
    if (this.#closed === undefined) this.#waiting.push(sent);
    else sent(this.#closed);
  }

  #writeNow(parts: readonly Buffer[]): void {
    const [only] = parts;
    if (only !== undefined && parts.length === 1) this.#socket.write(only);
    else if (lengthOf(parts) <= smallBytes) this.#socket.write(Buffer.concat(parts));
    else {
      this.#socket.cork();
      for (const part of parts) this.#socket.write(part);
      this.#socket.uncork();
    }
  }
}

/** How many bytes they have together. */
export function lengthOf(chunks: readonly Buffer[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0);
}
