import type {
  NamespaceOptions,
  SandboxSecurityContext,
  SecurityProfile,
  SelinuxOptions,
  SupplementalGroupsPolicy,
} from "../../model/security.ts";
import type { Fields } from "./fields.ts";
import { readAppArmor, readSeccomp, readSelinux } from "./security-profiles.ts";

/** The largest id that the kernel takes (uid_t minus its two special values). */
export const maxId = 2 ** 32 - 3;

/** What a pod says for all its containers. */
export interface PodSecurity {
  readonly namespaces: NamespaceOptions;
  readonly runAsUser: number | undefined;
  readonly runAsGroup: number | undefined;
  readonly runAsNonRoot: boolean;
  readonly supplementalGroups: readonly number[];
  readonly supplementalGroupsPolicy: SupplementalGroupsPolicy;
  readonly seccomp: SecurityProfile | undefined;
  readonly apparmor: SecurityProfile | undefined;
  readonly selinux: SelinuxOptions | undefined;
  readonly sysctls: Readonly<Record<string, string>>;
}

/** Reads `securityContext`, the host namespaces and `shareProcessNamespace` of a pod's spec. */
export function readPodSecurity(spec: Fields, seccompFolder: string): PodSecurity {
  const context = spec.objectOrEmpty("securityContext");
  const groups = context.integers("supplementalGroups", 0, maxId);
  const fsGroup = context.integer("fsGroup", 0, maxId);
  const security: PodSecurity = {
    namespaces: readNamespaces(spec),
    runAsUser: context.integer("runAsUser", 0, maxId),
    runAsGroup: context.integer("runAsGroup", 0, maxId),
    runAsNonRoot: context.flag("runAsNonRoot") ?? false,
    supplementalGroups: [...new Set(fsGroup === undefined ? groups : [...groups, fsGroup])],
    supplementalGroupsPolicy:
      context.word("supplementalGroupsPolicy", ["Merge", "Strict"]) ?? "Merge",
    seccomp: readSeccomp(context, seccompFolder),
    apparmor: readAppArmor(context),
    selinux: readSelinux(context),
    sysctls: readSysctls(context),
  };
  context.end();
  return security;
}

function readNamespaces(spec: Fields): NamespaceOptions {
  const shared = spec.flag("shareProcessNamespace") ?? false;
  const hostPid = spec.flag("hostPID") ?? false;
  return {
    network: spec.flag("hostNetwork") === true ? "NODE" : "POD",
    pid: hostPid ? "NODE" : shared ? "POD" : "CONTAINER",
    ipc: spec.flag("hostIPC") === true ? "NODE" : "POD",
    targetId: undefined,
    user: undefined,
  };
}

function readSysctls(context: Fields): Readonly<Record<string, string>> {
  const entries = context.objects("sysctls").map((sysctl): [string, string] => {
    const entry: [string, string] = [sysctl.requiredText("name"), sysctl.requiredText("value")];
    sysctl.end();
    return entry;
  });
  return Object.fromEntries(entries);
}

/** The sandbox's own security: the holder of the namespaces always has the default seccomp profile, as a kubelet asks. */
export function sandboxSecurity(pod: PodSecurity, privileged: boolean): SandboxSecurityContext {
  return {
    namespaces: pod.namespaces,
    privileged,
    selinux: pod.selinux,
    runAsUser: pod.runAsUser,
    runAsGroup: pod.runAsGroup,
    readonlyRootfs: false,
    supplementalGroups: pod.supplementalGroups,
    supplementalGroupsPolicy: pod.supplementalGroupsPolicy,
    seccomp: { type: "RuntimeDefault" },
    apparmor: undefined,
  };
}
