import type { SecurityProfile, SelinuxOptions } from "../../model/security.ts";
import type { EngineFacts } from "./engine.ts";
import { cannot, invalid } from "./refusal.ts";

/** What decides about `HostConfig.SecurityOpt`, for sandboxes and containers alike. */
export interface Confinement {
  readonly seccomp: SecurityProfile | undefined;
  /** Content of the file that a Localhost seccomp profile names. */
  readonly seccompProfile: string | undefined;
  readonly apparmor: SecurityProfile | undefined;
  readonly selinux: SelinuxOptions | undefined;
  readonly noNewPrivs: boolean;
}

/**
 * Returns docker's security options. Throws FailedPrecondition when a profile is asked for that the engine could not apply, which
 * docker itself would pass over in silence, and InvalidArgument for a seccomp file that is no JSON object.
 */
export function securityOptions(wanted: Confinement, engine: EngineFacts): readonly string[] {
  return [
    ...selinuxOptions(wanted.selinux),
    ...seccompOptions(wanted, engine),
    ...apparmorOptions(wanted.apparmor, engine),
    ...noNewPrivileges(wanted.noNewPrivs),
  ];
}

/** Returns docker's security options for no confinement at all, as the CRI defines privileged. */
export function unconfinedOptions(noNewPrivs: boolean): readonly string[] {
  const unconfined = ["label=disable", "seccomp=unconfined", "apparmor=unconfined"];
  return [...unconfined, ...noNewPrivileges(noNewPrivs)];
}

function noNewPrivileges(wanted: boolean): readonly string[] {
  return wanted ? ["no-new-privileges"] : [];
}

/** Without SELinux on the host the labels mean nothing, on any runtime; docker then drops them itself. */
function selinuxOptions(selinux: SelinuxOptions | undefined): readonly string[] {
  if (selinux === undefined) return [];
  const { user, role, type, level } = selinux;
  return Object.entries({ user, role, type, level })
    .filter(([, value]) => value !== "")
    .map(([key, value]) => `label=${key}:${value}`);
}

function seccompOptions(wanted: Confinement, engine: EngineFacts): readonly string[] {
  const { seccomp, seccompProfile } = wanted;
  if (seccomp === undefined || seccomp.type === "Unconfined") return ["seccomp=unconfined"];
  if (!engine.seccomp)
    throw cannot("security.seccomp", "this docker runs without seccomp; only Unconfined works");
  if (seccomp.type === "RuntimeDefault") return [];
  return [`seccomp=${compactProfile(seccomp.ref, seccompProfile)}`];
}

/** The daemon takes a profile's content only; the docker client reads the file, and here the caller has. */
function compactProfile(path: string, content: string | undefined): string {
  if (content === undefined) throw invalid("security.seccomp", `${path} was not read`);
  try {
    const profile: unknown = JSON.parse(content);
    if (typeof profile === "object" && profile !== null && !Array.isArray(profile))
      return JSON.stringify(profile);
  } catch (cause) {
    throw invalid("security.seccomp", `${path} is not JSON (${String(cause)})`);
  }
  throw invalid("security.seccomp", `${path} must hold a JSON object`);
}

function apparmorOptions(
  profile: SecurityProfile | undefined,
  engine: EngineFacts,
): readonly string[] {
  if (profile === undefined || profile.type === "RuntimeDefault") return [];
  if (profile.type === "Unconfined") return ["apparmor=unconfined"];
  if (!engine.apparmor)
    throw cannot(
      "security.apparmor",
      `AppArmor is not enabled here; ${profile.ref} cannot be applied`,
    );
  return [`apparmor=${profile.ref}`];
}
