import type { SELinuxOptionOutput } from "../../gen/runtime/v1/SELinuxOption.ts";
import type { SelinuxOptions } from "../../model/security.ts";
import { decodeMatching } from "./text.ts";

/** A label ends up in mount options, where a comma, a quote or a space would begin something else. */
const name = { pattern: /^[0-9A-Za-z_.-]*$/, rule: "must be letters, digits, _, . and - only" };
const level = {
  pattern: /^[0-9A-Za-z_.:,-]*$/,
  rule: "must be a level such as s0:c1,c2",
};

/** Translates a label; one without any part is the same as none. Throws CriError InvalidArgument. */
export function decodeSelinux(
  wire: SELinuxOptionOutput | null,
  path: string,
): SelinuxOptions | undefined {
  if (wire === null || `${wire.user}${wire.role}${wire.type}${wire.level}` === "") return undefined;
  return {
    user: decodeMatching(wire.user, `${path}.user`, name),
    role: decodeMatching(wire.role, `${path}.role`, name),
    type: decodeMatching(wire.type, `${path}.type`, name),
    level: decodeMatching(wire.level, `${path}.level`, level),
  };
}
