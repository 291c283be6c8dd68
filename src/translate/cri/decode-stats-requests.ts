import type { ContainerStatsRequestOutput } from "../../gen/runtime/v1/ContainerStatsRequest.ts";
import type { ListContainerStatsRequestOutput } from "../../gen/runtime/v1/ListContainerStatsRequest.ts";
import type { ListPodSandboxStatsRequestOutput } from "../../gen/runtime/v1/ListPodSandboxStatsRequest.ts";
import type { PodSandboxStatsRequestOutput } from "../../gen/runtime/v1/PodSandboxStatsRequest.ts";
import type { ContainerStatsFilter, PodSandboxStatsFilter } from "../../model/request.ts";
import { decodeContainerStatsFilter, decodePodSandboxStatsFilter } from "./decode-filters.ts";
import { decodeId } from "./decode-id.ts";

/** Returns the id of the container to measure. Throws CriError InvalidArgument. */
export function decodeContainerStats(request: ContainerStatsRequestOutput): string {
  return decodeId(request.containerId, "container_id");
}

/** Returns which containers to measure. Throws CriError InvalidArgument. */
export function decodeListContainerStats(
  request: ListContainerStatsRequestOutput,
): ContainerStatsFilter {
  return decodeContainerStatsFilter(request.filter);
}

/** Returns the id of the sandbox to measure. Throws CriError InvalidArgument. */
export function decodePodSandboxStats(request: PodSandboxStatsRequestOutput): string {
  return decodeId(request.podSandboxId, "pod_sandbox_id");
}

/** Returns which sandboxes to measure. Throws CriError InvalidArgument. */
export function decodeListPodSandboxStats(
  request: ListPodSandboxStatsRequestOutput,
): PodSandboxStatsFilter {
  return decodePodSandboxStatsFilter(request.filter);
}
