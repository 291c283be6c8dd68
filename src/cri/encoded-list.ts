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

/** Messages of a streamed list stay below a mebibyte; a record that is larger is one of its own. */
const maxBatchBytes = 1024 * 1024 - 1;
/** After this many milliseconds of encoding the event loop gets its turn. */
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
    for await (const some of this.#inTurns(items)) parts.push(...some);
    return Buffer.concat(parts);
  }

  /** The list as messages of less than 1 MiB, none of them empty; none at all for an empty list. */
  async *batches(items: readonly Item[]): AsyncGenerator<Buffer> {
    let batch: Buffer[] = [];
    let size = 0;
    for await (const some of this.#inTurns(items)) {
      for (const bytes of some) {
        if (size > 0 && size + bytes.length > maxBatchBytes) {
          yield Buffer.concat(batch);
          [batch, size] = [[], 0];
        }
        batch.push(bytes);
        size += bytes.length;
      }
    }
    if (size > 0) yield Buffer.concat(batch);
  }

  /** Every item's bytes in order, as many at a time as one turn of the event loop allows. */
  async *#inTurns(items: readonly Item[]): AsyncGenerator<readonly Buffer[]> {
    let done = 0;
    while (done < items.length) {
      if (done > 0) await nextTurn();
      const end = performance.now() + sliceMillis;
      const some: Buffer[] = [];
      do {
        const item = items[done];
        if (item !== undefined) some.push(this.#bytesOf(item));
        done += 1;
      } while (done < items.length && performance.now() < end);
      yield some;
    }
  }

  #bytesOf(item: Item): Buffer {
    const encoded = this.#known.get(item) ?? this.#encode(item);
    this.#known.set(item, encoded);
    return encoded;
  }
}
