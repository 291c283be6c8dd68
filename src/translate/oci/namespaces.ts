import { idMapping } from "./mounts.ts";
import type { OciInput, PidNamespace } from "./oci-input.ts";
import type { OciLinux, OciNamespace } from "./spec.ts";

/** Returns the namespaces: those of the pod by their files, the node's left out, the rest new ones. */
export function ociNamespaces({ namespaces, config, node }: OciInput): readonly OciNamespace[] {
  const { network, ipc, uts, pid, user } = namespaces;
  const joined = (type: OciNamespace["type"], path: string | undefined): readonly OciNamespace[] =>
    path === undefined ? [] : [{ type, path }];
  const ownIpc: readonly OciNamespace[] =
    config.security.namespaces.ipc === "CONTAINER" ? [{ type: "ipc" }] : joined("ipc", ipc);
  return [
    { type: "mount" },
    ...joined("network", network),
    ...ownIpc,
    ...joined("uts", uts),
    ...pidNamespace(pid),
    ...joined("user", user),
    ...(node.cgroupVersion === 2 && !config.security.privileged
      ? [{ type: "cgroup" } as const]
      : []),
  ];
}

function pidNamespace(pid: PidNamespace): readonly OciNamespace[] {
  if (pid === "host") return [];
  return [pid === "new" ? { type: "pid" } : { type: "pid", path: pid.path }];
}

/** Returns the user namespace's mappings, nothing for the node's own. */
export function userMappings({ sandbox }: OciInput): Pick<OciLinux, "uidMappings" | "gidMappings"> {
  const { user } = sandbox.config.security.namespaces;
  if (user?.mode !== "POD") return {};
  return { uidMappings: user.uids.map(idMapping), gidMappings: user.gids.map(idMapping) };
}
