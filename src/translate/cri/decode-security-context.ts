import type { LinuxContainerSecurityContextOutput } from "../../gen/runtime/v1/LinuxContainerSecurityContext.ts";
import type { LinuxSandboxSecurityContextOutput } from "../../gen/runtime/v1/LinuxSandboxSecurityContext.ts";
import type { ContainerSecurityContext, SandboxSecurityContext } from "../../model/security.ts";
import { decodeCapabilities } from "./decode-capabilities.ts";
import { decodeNamespaces, decodeSandboxNamespaces } from "./decode-namespaces.ts";
import { decodeApparmor, decodeSeccomp } from "./decode-security-profile.ts";
import { decodeSelinux } from "./decode-selinux.ts";
import { decodeEnum, groupsPolicies } from "./enums.ts";
import { decodeInteger, decodeWrappedInteger, idRange } from "./integers.ts";
import { decodeAbsolutePath } from "./paths.ts";
import { refuse } from "./refuse.ts";
import { decodeEach, decodeMatching } from "./text.ts";

/** What a container gets about which nothing is said: the protocol's zero values. */
const unsaidSandbox: SandboxSecurityContext = {
  namespaces: decodeNamespaces(null, ""),
  privileged: false,
  selinux: undefined,
  runAsUser: undefined,
  runAsGroup: undefined,
  readonlyRootfs: false,
  supplementalGroups: [],
  supplementalGroupsPolicy: "Merge",
  seccomp: undefined,
  apparmor: undefined,
};

const unsaidContainer: ContainerSecurityContext = {
  ...unsaidSandbox,
  runAsUsername: undefined,
  capabilities: decodeCapabilities(null, ""),
  noNewPrivs: false,
  maskedPaths: [],
  readonlyPaths: [],
};

/** A colon would make Docker read a group behind it. */
const username = {
  pattern: /^[^:\s\p{Cc}]+$/u,
  rule: "must be one word without a colon",
};

/** Translates how the processes of a sandbox are confined; null means nothing was said. Throws CriError InvalidArgument. */
export function decodeSandboxSecurity(
  wire: LinuxSandboxSecurityContextOutput | null,
  path: string,
): SandboxSecurityContext {
  if (wire === null) return unsaidSandbox;
  if (wire.runAsGroup !== null && wire.runAsUser === null) {
    return refuse(`${path}.run_as_group`, "must not be set without run_as_user");
  }
  return {
    ...decodeShared(wire, path),
    namespaces: decodeSandboxNamespaces(wire.namespaceOptions, `${path}.namespace_options`),
    apparmor: decodeApparmor({
      profile: wire.apparmor,
      profilePath: `${path}.apparmor`,
      legacy: "",
      legacyPath: "",
    }),
  };
}

/** Translates how a container is confined; null means nothing was said. Throws CriError InvalidArgument. */
export function decodeContainerSecurity(
  wire: LinuxContainerSecurityContextOutput | null,
  path: string,
): ContainerSecurityContext {
  if (wire === null) return unsaidContainer;
  return {
    ...decodeShared(wire, path),
    runAsUsername: decodeUsername(wire, path),
    namespaces: decodeNamespaces(wire.namespaceOptions, `${path}.namespace_options`),
    apparmor: decodeApparmor({
      profile: wire.apparmor,
      profilePath: `${path}.apparmor`,
      legacy: wire.apparmorProfile,
      legacyPath: `${path}.apparmor_profile`,
    }),
    capabilities: decodeCapabilities(wire.capabilities, `${path}.capabilities`),
    noNewPrivs: wire.noNewPrivs,
    maskedPaths: decodeEach(wire.maskedPaths, `${path}.masked_paths`, decodeAbsolutePath),
    readonlyPaths: decodeEach(wire.readonlyPaths, `${path}.readonly_paths`, decodeAbsolutePath),
  };
}

/** The fields that both messages have with the same meaning; a container's message fits the parameter's type. */
function decodeShared(
  wire: Omit<LinuxSandboxSecurityContextOutput, "namespaceOptions" | "apparmor">,
  path: string,
): Omit<SandboxSecurityContext, "namespaces" | "apparmor"> {
  return {
    privileged: wire.privileged,
    selinux: decodeSelinux(wire.selinuxOptions, `${path}.selinux_options`),
    runAsUser: decodeWrappedInteger(wire.runAsUser, `${path}.run_as_user`, idRange),
    runAsGroup: decodeWrappedInteger(wire.runAsGroup, `${path}.run_as_group`, idRange),
    readonlyRootfs: wire.readonlyRootfs,
    supplementalGroups: decodeEach(
      wire.supplementalGroups,
      `${path}.supplemental_groups`,
      (group, at) => decodeInteger(group, at, idRange),
    ),
    supplementalGroupsPolicy: decodeEnum(
      wire.supplementalGroupsPolicy,
      `${path}.supplemental_groups_policy`,
      groupsPolicies,
    ),
    seccomp: decodeSeccomp({
      profile: wire.seccomp,
      profilePath: `${path}.seccomp`,
      legacy: wire.seccompProfilePath,
      legacyPath: `${path}.seccomp_profile_path`,
    }),
  };
}

function decodeUsername(
  wire: LinuxContainerSecurityContextOutput,
  path: string,
): string | undefined {
  const { runAsUser, runAsGroup, runAsUsername } = wire;
  if (runAsUser !== null && runAsUsername !== "") {
    return refuse(`${path}.run_as_username`, "must be empty when run_as_user is set");
  }
  if (runAsGroup !== null && runAsUser === null && runAsUsername === "") {
    return refuse(`${path}.run_as_group`, "must not be set without run_as_user or run_as_username");
  }
  if (runAsUsername === "") return undefined;
  return decodeMatching(runAsUsername, `${path}.run_as_username`, username);
}
