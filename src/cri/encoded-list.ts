import { setImmediate as nextTurn } from "node:timers/promises";
import type { PackageDefinition } from "@grpc/proto-loader";
import { CriError } from "../model/error.ts";

/** How to answer a list of records. */
export interface EncodedList<Item extends object> {
  /** Full name of the service and its list RPC. */
  readonly service: string;
  readonly rpc: string;
  /** The whole answer for one record; bytes are one that is encoded already. */
  readonly answerWith: (item: Item) => object | Buffer;
}

/**
 * Messages of a streamed list stay below this; a record that is larger is one of its own. Clients take up to 16 MiB: less is held for
 * one that is slow, and copied at a time.
 */
const maxBatchBytes = 256 * 1024;
/** After this many milliseconds of work the event loop gets its turn. */
const sliceMillis = 4;

/**
 * Encodes lists of records, each record once in its life. Records never change (another takes their place), and a message with a
 * repeated field is, byte for byte, its elements' messages one after the other (protobuf encoding, "Last One Wins"). A list RPC and
 * its streamed form have that field under the same number, so that one encoder serves both.
 */
export class ListEncoder<Item extends object> {
  readonly #known = new WeakMap<Item, Buffer>();
  readonly #encode: (item: Item) => Buffer;

  /** Throws Internal when the protocol has no such RPC. */
  constructor(protocol: PackageDefinition, { service, rpc, answerWith }: EncodedList<Item>) {
    const definition = protocol[service];
    const method = definition === undefined || "format" in definition ? undefined : definition[rpc];
    if (method === undefined)
      throw new CriError("Internal", `the protocol has no ${service}/${rpc}`);
    this.#encode = (item) => {
      const answer = answerWith(item);
      return Buffer.isBuffer(answer) ? answer : method.responseSerialize(answer);
    };
  }

  /** The whole list as one message. */
  async whole(items: readonly Item[]): Promise<Buffer> {
    const parts: Buffer[] = [];
    const turn = new Turn();
    for (const item of items) {
      if (turn.isOver) await turn.next();
      parts.push(this.#bytesOf(item));
    }
    const whole = Buffer.allocUnsafe(parts.reduce((sum, { length }) => sum + length, 0));
    let size = 0;
    for (const bytes of parts) {
      if (turn.isOver) await turn.next();
      size += bytes.copy(whole, size);
    }
    return whole;
  }

  /** The list as messages of a few hundred kilobytes, none of them empty; none at all for an empty list. */
  async *batches(items: readonly Item[]): AsyncGenerator<Buffer> {
    const turn = new Turn();
    let batch: Buffer[] = [];
    let size = 0;
    for (const item of items) {
      if (turn.isOver) await turn.next();
      const bytes = this.#bytesOf(item);
      if (size > 0 && size + bytes.length > maxBatchBytes) {
        yield Buffer.concat(batch);
        // Sending copies it once more.
        await turn.next();
        [batch, size] = [[], 0];
      }
      batch.push(bytes);
      size += bytes.length;
    }
    if (size > 0) yield Buffer.concat(batch);
  }

  #bytesOf(item: Item): Buffer {
    const encoded = this.#known.get(item) ?? this.#encode(item);
    this.#known.set(item, encoded);
    return encoded;
  }
}

/** A few milliseconds of work, after which the event loop has others to serve. */
class Turn {
  #end = performance.now() + sliceMillis;

  get isOver(): boolean {
    return performance.now() > this.#end;
  }

  /** Lets the others go first. */
  async next(): Promise<void> {
    await nextTurn();
    this.#end = performance.now() + sliceMillis;
  }
}
