import type { CgroupDriverOutput } from "../../gen/runtime/v1/CgroupDriver.ts";
import type { ContainerStateOutput } from "../../gen/runtime/v1/ContainerState.ts";
import type { MountPropagationOutput } from "../../gen/runtime/v1/MountPropagation.ts";
import type { NamespaceModeOutput } from "../../gen/runtime/v1/NamespaceMode.ts";
import type { PodSandboxStateOutput } from "../../gen/runtime/v1/PodSandboxState.ts";
import type { ProtocolOutput } from "../../gen/runtime/v1/Protocol.ts";
import type { SupplementalGroupsPolicyOutput } from "../../gen/runtime/v1/SupplementalGroupsPolicy.ts";
import type { ContainerState } from "../../model/container.ts";
import { CriError } from "../../model/error.ts";
import type { MountPropagation } from "../../model/mount.ts";
import type { PodSandboxState, Protocol } from "../../model/pod-sandbox.ts";
import type { CgroupDriver } from "../../model/runtime.ts";
import type { NamespaceMode, SupplementalGroupsPolicy } from "../../model/security.ts";
import { refuse } from "./refuse.ts";

/** The wire's word → the model's, one to one. */
type EnumTable<Wire extends string, Model extends string> = Readonly<Record<Wire, Model>>;

/** Of port mappings. */
export const protocols: EnumTable<ProtocolOutput, Protocol> = {
  TCP: "TCP",
  UDP: "UDP",
  SCTP: "SCTP",
};

/** Of mounts. */
export const propagations: EnumTable<MountPropagationOutput, MountPropagation> = {
  PROPAGATION_PRIVATE: "PRIVATE",
  PROPAGATION_HOST_TO_CONTAINER: "HOST_TO_CONTAINER",
  PROPAGATION_BIDIRECTIONAL: "BIDIRECTIONAL",
};

/** Whose namespace a container gets. */
export const namespaceModes: EnumTable<NamespaceModeOutput, NamespaceMode> = {
  POD: "POD",
  CONTAINER: "CONTAINER",
  NODE: "NODE",
  TARGET: "TARGET",
};

/** How supplemental groups are found. */
export const groupsPolicies: EnumTable<SupplementalGroupsPolicyOutput, SupplementalGroupsPolicy> = {
  Merge: "Merge",
  Strict: "Strict",
};

/** Of pod sandboxes. */
export const sandboxStates: EnumTable<PodSandboxStateOutput, PodSandboxState> = {
  SANDBOX_READY: "READY",
  SANDBOX_NOTREADY: "NOTREADY",
};

/** Of containers. */
export const containerStates: EnumTable<ContainerStateOutput, ContainerState> = {
  CONTAINER_CREATED: "CREATED",
  CONTAINER_RUNNING: "RUNNING",
  CONTAINER_EXITED: "EXITED",
  CONTAINER_UNKNOWN: "UNKNOWN",
};

/** Who writes the cgroup tree. */
export const cgroupDrivers: EnumTable<CgroupDriverOutput, CgroupDriver> = {
  SYSTEMD: "systemd",
  CGROUPFS: "cgroupfs",
};

/**
 * Translates an enum's value. A number that the protocol does not define arrives as that number, whatever the type says.
 * Throws CriError InvalidArgument with the words there are.
 */
export function decodeEnum<Wire extends string, Model extends string>(
  wire: Wire,
  path: string,
  table: EnumTable<Wire, Model>,
): Model {
  if (Object.hasOwn(table, wire)) return table[wire];
  return refuse(path, `${wire} is not known: must be one of ${Object.keys(table).join(", ")}`);
}

/** Translates back. Throws CriError Internal for a word that the wire lacks. */
export function encodeEnum<Wire extends string, Model extends string>(
  model: Model,
  table: EnumTable<Wire, Model>,
): Wire {
  for (const wire in table) if (table[wire] === model) return wire;
  throw new CriError("Internal", `the protocol has no word for ${model}`);
}
