import type { Readable } from "node:stream";

/** What an object for a piece costs: a flood of tiny pieces must be counted, too. */
const pieceBytes = 64;

/** Gives what a peer sends to a stream's reader: at once while he takes it, else it is kept and counted. */
export class PeerInput {
  readonly #stream: Readable;
  readonly #keep: (bytes: number) => void;
  readonly #kept: Buffer[] = [];
  #wanted = false;
  #ended = false;

  /** `keep` hears of so many bytes that are kept; a negative number: that are no longer. */
  constructor(stream: Readable, keep: (bytes: number) => void) {
    this.#stream = stream;
    this.#keep = keep;
  }

  /** Whether the peer has ended. */
  get hasEnded(): boolean {
    return this.#ended;
  }

  /** Takes the peer's next bytes; null: there are no more. */
  receive(bytes: Buffer | null): void {
    if (this.#stream.destroyed || this.#ended) return;
    if (bytes === null) {
      this.#ended = true;
      if (this.#kept.length === 0) this.#stream.push(null);
    } else if (this.#wanted) this.#wanted = this.#stream.push(ownBytes(bytes));
    else {
      this.#kept.push(ownBytes(bytes));
      this.#keep(bytes.length + pieceBytes);
    }
  }

  /** The stream's `_read`. */
  pull(): void {
    this.#wanted = true;
    while (this.#wanted) {
      const bytes = this.#kept.shift();
      if (bytes === undefined) return;
      this.#wanted = this.#stream.push(bytes);
      if (this.#ended && this.#kept.length === 0) this.#stream.push(null);
      this.#keep(-bytes.length - pieceBytes);
    }
  }

  /** Nobody reads any more. */
  drop(): void {
    for (const bytes of this.#kept.splice(0)) this.#keep(-bytes.length - pieceBytes);
  }
}

/** A few bytes must not keep the whole of what was read with them. */
function ownBytes(bytes: Buffer): Buffer {
  if (bytes.length * 4 >= bytes.buffer.byteLength) return bytes;
  const own = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(own);
  return own;
}
