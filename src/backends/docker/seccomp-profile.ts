import { readClientFile } from "../../host/client-path.ts";
import type { SecurityProfile } from "../../model/security.ts";
import { seccompFile } from "../../translate/docker/container-security.ts";

interface Confined {
  readonly privileged: boolean;
  readonly seccomp: SecurityProfile | undefined;
}

/** Profiles are lists of system calls: the default one has 14 KiB. */
const maxProfileBytes = 1 << 20;

/** Returns the text of the seccomp profile that is asked for by path, undefined for the other kinds. Throws as `readClientFile` does. */
export async function readSeccompProfile(
  { privileged, seccomp }: Confined,
  signal: AbortSignal,
): Promise<string | undefined> {
  const path = seccompFile(privileged, seccomp);
  if (path === undefined) return undefined;
  return (await readClientFile(path, maxProfileBytes, signal)).toString();
}
