import type { ContainerSecurityContext, SelinuxOptions } from "../../model/security.ts";
import type { NodeFacts } from "./oci-input.ts";
import { cannot } from "./refusal.ts";

/** The profile that this program loads where the kernel has AppArmor. */
const defaultApparmorProfile = "cri-ferry-default";

type Confinement = Pick<ContainerSecurityContext, "privileged" | "apparmor" | "selinux">;

/** Returns the AppArmor profile to run under, undefined for none. Throws FailedPrecondition for one by name on a kernel without AppArmor. */
export function apparmorProfile(
  { privileged, apparmor }: Confinement,
  node: NodeFacts,
): string | undefined {
  if (apparmor?.type === "Localhost") {
    if (node.apparmor) return apparmor.ref;
    throw cannot("security.apparmor", `this kernel has no AppArmor for ${apparmor.ref}`);
  }
  if (!node.apparmor) return undefined;
  if (privileged || apparmor?.type === "Unconfined") return "unconfined";
  return defaultApparmorProfile;
}

/** Returns SELinux' labels of the process and of its files, undefined where nothing is asked for or the kernel has none. */
export function selinuxLabels(
  { privileged, selinux }: Confinement,
  node: NodeFacts,
): { readonly processLabel: string | undefined; readonly mountLabel: string | undefined } {
  if (!node.selinux || selinux === undefined || isEmpty(selinux))
    return { processLabel: undefined, mountLabel: undefined };
  const { user, role, type, level } = selinux;
  const domain = type || (privileged ? "spc_t" : "container_t");
  const range = level === "" ? "s0" : level;
  return {
    processLabel: `${user || "system_u"}:${role || "system_r"}:${domain}:${range}`,
    mountLabel: `system_u:object_r:container_file_t:${range}`,
  };
}

function isEmpty({ user, role, type, level }: SelinuxOptions): boolean {
  return user === "" && role === "" && type === "" && level === "";
}
