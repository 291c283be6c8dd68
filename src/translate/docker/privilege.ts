import { engineGivesAll } from "./capabilities.ts";
import type { ContainerCreateInput } from "./container-create-input.ts";

/** What decides about it. */
export type PrivilegeInput = Pick<ContainerCreateInput, "config" | "engine" | "limits">;

/*
 * Docker 20.10's own privileged mode asks runc for every capability there is, and runc dies where the node lacks one (rootless and
 * nested nodes). There, privileged is said in parts: the capabilities this node has, every device, no confinement, nothing masked.
 */

/** Whether docker's own privileged mode is used. */
export function nativelyPrivileged(input: PrivilegeInput): boolean {
  return input.config.security.privileged && engineGivesAll(input);
}

/** Whether privileged is made from its parts. */
export function explicitlyPrivileged(input: PrivilegeInput): boolean {
  return input.config.security.privileged && !engineGivesAll(input);
}
