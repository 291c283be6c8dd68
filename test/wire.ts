import type { MessageTypeDefinition } from "@grpc/proto-loader";
import { loadProtocol } from "../src/cri/loader.ts";
import type { ProtoGrpcType } from "../src/gen/api.ts";

type Messages = ProtoGrpcType["runtime"]["v1"];

/** The name of a message of the protocol. */
export type MessageName = {
  [Name in keyof Messages]: Messages[Name] extends MessageTypeDefinition<object, object>
    ? Name
    : never;
}[keyof Messages];

/** What a caller may write for a message. */
export type Input<Name extends MessageName> =
  Messages[Name] extends MessageTypeDefinition<infer In, infer _Out> ? In : never;

/** What the other side reads: every field present. */
export type Output<Name extends MessageName> =
  Messages[Name] extends MessageTypeDefinition<infer _In, infer Out> ? Out : never;

const protocol = loadProtocol();

/** Encodes a message to protobuf bytes, decodes these, and returns what came out. */
export function throughTheWire<Name extends MessageName>(
  name: Name,
  message: Input<Name>,
): Output<Name> {
  const definition = definitionOf(name);
  return definition.deserialize(definition.serialize(message as Input<Name> & object));
}

/** Decodes the bytes of a message. */
export function decodeMessage<Name extends MessageName>(name: Name, bytes: Buffer): Output<Name> {
  return definitionOf(name).deserialize(bytes);
}

function definitionOf<Name extends MessageName>(name: Name) {
  return protocol[`runtime.v1.${name}`] as unknown as MessageTypeDefinition<
    Input<Name> & object,
    Output<Name> & object
  >;
}
