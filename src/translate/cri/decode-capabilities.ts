import type { CapabilityOutput } from "../../gen/runtime/v1/Capability.ts";
import type { Capabilities } from "../../model/security.ts";
import { decodeEach, decodeMatching } from "./text.ts";

const form = {
  pattern: /^[A-Z][A-Z0-9_]*$/,
  rule: "must be a capability such as NET_ADMIN, or ALL",
};

/** Translates capabilities to upper-case names without `CAP_`. Which names there are is the kernel's matter. Throws CriError InvalidArgument. */
export function decodeCapabilities(wire: CapabilityOutput | null, path: string): Capabilities {
  return {
    add: decodeEach(wire?.addCapabilities ?? [], `${path}.add_capabilities`, decodeCapability),
    drop: decodeEach(wire?.dropCapabilities ?? [], `${path}.drop_capabilities`, decodeCapability),
    addAmbient: decodeEach(
      wire?.addAmbientCapabilities ?? [],
      `${path}.add_ambient_capabilities`,
      decodeCapability,
    ),
  };
}

function decodeCapability(text: string, path: string): string {
  return decodeMatching(text.toUpperCase().replace(/^CAP_/, ""), path, form);
}
