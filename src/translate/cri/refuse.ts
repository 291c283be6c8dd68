import { CriError } from "../../model/error.ts";

/**
 * Ends a decoding: `path` is the field as the proto spells it, counted from the request (`config.mounts[2].host_path`), `rule`
 * says what would be right. Always throws CriError InvalidArgument. Values are left out: some are secret, all may be long.
 */
export function refuse(path: string, rule: string): never {
  throw new CriError("InvalidArgument", `${path}: ${rule}`);
}

/** Returns what was given, or refuses its absence. Throws CriError InvalidArgument. */
export function required<T>(value: T | null, path: string): T {
  return value ?? refuse(path, "is missing");
}
