import { readClientFile } from "../../host/client-path.ts";
import type { SecurityProfile } from "../../model/security.ts";

/** Profiles are lists of system calls: the default one has 14 KiB. */
const maxProfileBytes = 1 << 20;

/** Returns the text of a Localhost seccomp profile, undefined for the other kinds. Throws as `readClientFile` does. */
export async function readSeccompProfile(
  profile: SecurityProfile | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (profile?.type !== "Localhost") return undefined;
  return (await readClientFile(profile.ref, maxProfileBytes, signal)).toString();
}
