import { readClientFile } from "../../host/client-path.ts";
import { CriError } from "../../model/error.ts";
import type { ContainerSecurityContext } from "../../model/security.ts";
import type { NodeFacts } from "../../translate/oci/oci-input.ts";

/** Profiles are lists of system calls: some ten KiB. */
const maxProfileBytes = 1 << 20;

/**
 * Returns the profile that a container asks for, in the runtime's form; undefined for none. Throws FailedPrecondition for one that
 * cannot be read or that the kernel cannot keep.
 */
export async function seccompOf(
  { privileged, seccomp }: ContainerSecurityContext,
  node: NodeFacts,
  signal: AbortSignal,
): Promise<unknown> {
  if (privileged || seccomp === undefined || seccomp.type === "Unconfined") return undefined;
  if (!node.seccomp)
    throw new CriError("FailedPrecondition", "security.seccomp: this kernel has none");
  if (seccomp.type === "RuntimeDefault")
    throw new CriError(
      "FailedPrecondition",
      "security.seccomp: the native engine has no default profile yet",
    );
  const bytes = await readClientFile(seccomp.ref, maxProfileBytes, signal);
  try {
    return JSON.parse(bytes.toString()) as unknown;
  } catch (thrown) {
    const message = `security.seccomp: ${seccomp.ref} is no JSON`;
    throw new CriError("FailedPrecondition", message, { cause: thrown });
  }
}
