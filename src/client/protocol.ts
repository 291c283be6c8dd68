import { fileURLToPath } from "node:url";
import { loadSync, type Options, type PackageDefinition } from "@grpc/proto-loader";

/** As the server's (a test compares them): the client may not import the server's room. */
export const clientLoaderOptions = {
  longs: String,
  enums: String,
  defaults: true,
  oneofs: true,
} as const satisfies Options;

/** The same relative path from `src/client` and from `dist/client`. */
const protocolFile = fileURLToPath(new URL("../../proto/runtime/v1/api.proto", import.meta.url));

/** Reads the protocol's file; throws when it is missing. */
export function loadClientProtocol(): PackageDefinition {
  return loadSync(protocolFile, clientLoaderOptions);
}
