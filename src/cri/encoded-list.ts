import type { PackageDefinition } from "@grpc/proto-loader";
import { CriError } from "../model/error.ts";

/** How to answer a list of records. */
export interface EncodedList<Item extends object> {
  /** Full name of the service and its list RPC. */
  readonly service: string;
  readonly rpc: string;
  /** The whole answer for one record. */
  readonly answerWith: (item: Item) => object;
}

/**
 * Returns an encoder of lists that encodes each record once in its life. Records never change (another takes their place), and a
 * message with a repeated field is, byte for byte, its elements' messages one after the other (protobuf encoding, "Last One Wins").
 */
export function listEncoder<Item extends object>(
  protocol: PackageDefinition,
  { service, rpc, answerWith }: EncodedList<Item>,
): (items: readonly Item[]) => Buffer {
  const definition = protocol[service];
  const method = definition === undefined || "format" in definition ? undefined : definition[rpc];
  if (method === undefined) throw new CriError("Internal", `the protocol has no ${service}/${rpc}`);
  const known = new WeakMap<Item, Buffer>();
  const bytesOf = (item: Item): Buffer => {
    const encoded = known.get(item) ?? method.responseSerialize(answerWith(item));
    known.set(item, encoded);
    return encoded;
  };
  return (items) => Buffer.concat(items.map(bytesOf));
}
