import type { Int64Value } from "../../gen/runtime/v1/Int64Value.ts";
import type { LinuxContainerSecurityContext } from "../../gen/runtime/v1/LinuxContainerSecurityContext.ts";
import type { LinuxSandboxSecurityContext } from "../../gen/runtime/v1/LinuxSandboxSecurityContext.ts";
import type { NamespaceOption } from "../../gen/runtime/v1/NamespaceOption.ts";
import type { SecurityProfile as WireSecurityProfile } from "../../gen/runtime/v1/SecurityProfile.ts";
import type {
  ContainerSecurityContext,
  NamespaceOptions,
  SandboxSecurityContext,
  SecurityProfile,
} from "../../model/security.ts";
import { encodeEnum, groupsPolicies, namespaceModes } from "./enums.ts";

/** Translates namespace options. */
export function encodeNamespaces(namespaces: NamespaceOptions): NamespaceOption {
  const { user } = namespaces;
  return {
    network: encodeEnum(namespaces.network, namespaceModes),
    pid: encodeEnum(namespaces.pid, namespaceModes),
    ipc: encodeEnum(namespaces.ipc, namespaceModes),
    targetId: namespaces.targetId ?? "",
    usernsOptions:
      user === undefined ? null : { mode: user.mode, uids: [...user.uids], gids: [...user.gids] },
  };
}

/** Translates how a sandbox's processes are confined; the texts that older callers used for profiles stay empty. */
export function encodeSandboxSecurity(
  security: SandboxSecurityContext,
): LinuxSandboxSecurityContext {
  return {
    namespaceOptions: encodeNamespaces(security.namespaces),
    selinuxOptions: security.selinux ?? null,
    runAsUser: encodeWrappedInteger(security.runAsUser),
    runAsGroup: encodeWrappedInteger(security.runAsGroup),
    readonlyRootfs: security.readonlyRootfs,
    supplementalGroups: [...security.supplementalGroups],
    supplementalGroupsPolicy: encodeEnum(security.supplementalGroupsPolicy, groupsPolicies),
    privileged: security.privileged,
    seccomp: encodeProfile(security.seccomp),
    apparmor: encodeProfile(security.apparmor),
  };
}

/** Translates how a container is confined. */
export function encodeContainerSecurity(
  security: ContainerSecurityContext,
): LinuxContainerSecurityContext {
  const { capabilities } = security;
  return {
    ...encodeSandboxSecurity(security),
    runAsUsername: security.runAsUsername ?? "",
    capabilities: {
      addCapabilities: [...capabilities.add],
      dropCapabilities: [...capabilities.drop],
      addAmbientCapabilities: [...capabilities.addAmbient],
    },
    noNewPrivs: security.noNewPrivs,
    maskedPaths: [...security.maskedPaths],
    readonlyPaths: [...security.readonlyPaths],
  };
}

function encodeWrappedInteger(value: number | undefined): Int64Value | null {
  return value === undefined ? null : { value };
}

function encodeProfile(profile: SecurityProfile | undefined): WireSecurityProfile | null {
  if (profile === undefined) return null;
  return {
    profileType: profile.type,
    localhostRef: profile.type === "Localhost" ? profile.ref : "",
  };
}
