import type { RuntimeCondition } from "../../gen/runtime/v1/RuntimeCondition.ts";
import type { RuntimeConfigResponse } from "../../gen/runtime/v1/RuntimeConfigResponse.ts";
import type { StatusResponse } from "../../gen/runtime/v1/StatusResponse.ts";
import type { VersionResponse } from "../../gen/runtime/v1/VersionResponse.ts";
import type { CgroupDriver, Condition, RuntimeHandler } from "../../model/runtime.ts";
import { cgroupDrivers, encodeEnum } from "./enums.ts";

interface RuntimeVersion {
  readonly runtimeName: string;
  /** Semantic version. */
  readonly runtimeVersion: string;
}

/** Says who we are. The first field is the version of the kubelet's own interface, which has been 0.1.0 since there is a CRI. */
export function encodeVersion({ runtimeName, runtimeVersion }: RuntimeVersion): VersionResponse {
  return { version: "0.1.0", runtimeName, runtimeVersion, runtimeApiVersion: "v1" };
}

interface RuntimeStatus {
  readonly runtime: Condition;
  readonly network: Condition;
  readonly handlers: readonly RuntimeHandler[];
  /** Whether every engine obeys both policies and tells a container's user. */
  readonly supplementalGroupsPolicy: boolean;
  /** Key → JSON text; empty unless the request was verbose. */
  readonly info: Readonly<Record<string, string>>;
}

/** Translates the state of the runtime: the two conditions that kubelets need, and what it can do. */
export function encodeStatus(status: RuntimeStatus): StatusResponse {
  return {
    status: {
      conditions: [
        encodeCondition("RuntimeReady", status.runtime),
        encodeCondition("NetworkReady", status.network),
      ],
    },
    info: status.info,
    runtimeHandlers: [...status.handlers],
    features: { supplementalGroupsPolicy: status.supplementalGroupsPolicy },
  };
}

/** Translates what the kubelet asks once, at its start. */
export function encodeRuntimeConfig(cgroupDriver: CgroupDriver): RuntimeConfigResponse {
  return { linux: { cgroupDriver: encodeEnum(cgroupDriver, cgroupDrivers) } };
}

function encodeCondition(type: string, { ok, reason, message }: Condition): RuntimeCondition {
  return { type, status: ok, reason, message };
}
