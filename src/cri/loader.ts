import { fileURLToPath } from "node:url";
import { loadSync, type Options, type PackageDefinition } from "@grpc/proto-loader";

/**
 * How messages become objects: 64-bit integers and enum values as strings, every field present. The types in `src/gen` were
 * generated with the same choices (script `gen` in package.json); a test compares the two.
 */
export const loaderOptions = {
  longs: String,
  enums: String,
  defaults: true,
  oneofs: true,
} as const satisfies Options;

/** The same relative path from `src/cri` and from `dist/cri`. */
const protocolFile = fileURLToPath(new URL("../../proto/runtime/v1/api.proto", import.meta.url));

/** Reads the protocol's file and returns its services and messages by full name, as `runtime.v1.RuntimeService`. Throws when the file is missing. */
export function loadProtocol(): PackageDefinition {
  return loadSync(protocolFile, loaderOptions);
}
