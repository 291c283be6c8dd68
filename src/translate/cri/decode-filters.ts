import type { ContainerFilterOutput } from "../../gen/runtime/v1/ContainerFilter.ts";
import type { ContainerStatsFilterOutput } from "../../gen/runtime/v1/ContainerStatsFilter.ts";
import type { PodSandboxFilterOutput } from "../../gen/runtime/v1/PodSandboxFilter.ts";
import type { PodSandboxStatsFilterOutput } from "../../gen/runtime/v1/PodSandboxStatsFilter.ts";
import type {
  ContainerFilter,
  ContainerStatsFilter,
  PodSandboxFilter,
  PodSandboxStatsFilter,
} from "../../model/request.ts";
import { decodeOptionalId } from "./decode-id.ts";
import { containerStates, decodeEnum, sandboxStates } from "./enums.ts";

/** Translates a filter of sandboxes; null: all of them. Throws CriError InvalidArgument. */
export function decodePodSandboxFilter(wire: PodSandboxFilterOutput | null): PodSandboxFilter {
  const state = wire?.state?.state;
  return {
    id: decodeOptionalId(wire?.id ?? "", "filter.id"),
    state: state === undefined ? undefined : decodeEnum(state, "filter.state.state", sandboxStates),
    labelSelector: { ...wire?.labelSelector },
  };
}

/** Translates a filter of containers; null: all of them. Throws CriError InvalidArgument. */
export function decodeContainerFilter(wire: ContainerFilterOutput | null): ContainerFilter {
  const state = wire?.state?.state;
  return {
    ...decodeContainerStatsFilter(wire),
    state:
      state === undefined ? undefined : decodeEnum(state, "filter.state.state", containerStates),
  };
}

/** Translates a filter of containers' stats; null: all that run. Throws CriError InvalidArgument. */
export function decodeContainerStatsFilter(
  wire: ContainerStatsFilterOutput | null,
): ContainerStatsFilter {
  return {
    id: decodeOptionalId(wire?.id ?? "", "filter.id"),
    podSandboxId: decodeOptionalId(wire?.podSandboxId ?? "", "filter.pod_sandbox_id"),
    labelSelector: { ...wire?.labelSelector },
  };
}

/** Translates a filter of sandboxes' stats; null: all that are ready. Throws CriError InvalidArgument. */
export function decodePodSandboxStatsFilter(
  wire: PodSandboxStatsFilterOutput | null,
): PodSandboxStatsFilter {
  return {
    id: decodeOptionalId(wire?.id ?? "", "filter.id"),
    labelSelector: { ...wire?.labelSelector },
  };
}
