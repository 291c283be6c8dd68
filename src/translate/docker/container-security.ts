import type { SecurityProfile } from "../../model/security.ts";
import type { DockerHostConfig } from "./api.ts";
import { capabilityFields, everyCapability } from "./capabilities.ts";
import type { ContainerCreateInput, CreatePart } from "./container-create-input.ts";
import { explicitlyPrivileged, nativelyPrivileged } from "./privilege.ts";
import { securityOptions, unconfinedOptions } from "./security-options.ts";

/**
 * Returns capabilities, confinement and what is masked: exactly the paths that the client names, as an empty list means none.
 * Throws what `capabilityFields` and `securityOptions` throw.
 */
export function securityPart(input: ContainerCreateInput): CreatePart {
  const { security } = input.config;
  return {
    hostConfig: {
      ReadonlyRootfs: security.readonlyRootfs,
      MaskedPaths: security.privileged ? [] : security.maskedPaths,
      ReadonlyPaths: security.privileged ? [] : security.readonlyPaths,
      ...rights(input),
    },
  };
}

/** Returns the path of the seccomp profile whose content the create needs; undefined: none. */
export function seccompFile(
  privileged: boolean,
  seccomp: SecurityProfile | undefined,
): string | undefined {
  return !privileged && seccomp?.type === "Localhost" ? seccomp.ref : undefined;
}

function rights(input: ContainerCreateInput): DockerHostConfig {
  const { security } = input.config;
  const { noNewPrivs } = security;
  if (nativelyPrivileged(input))
    return { Privileged: true, SecurityOpt: unconfinedOptions(noNewPrivs) };
  if (explicitlyPrivileged(input))
    return { ...everyCapability(input), SecurityOpt: unconfinedOptions(noNewPrivs) };
  return {
    ...capabilityFields(security.capabilities, input),
    SecurityOpt: securityOptions(
      { ...security, seccompProfile: input.seccompProfile },
      input.engine,
    ),
  };
}
