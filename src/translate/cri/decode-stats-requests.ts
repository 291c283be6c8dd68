import type { ContainerStatsRequestOutput } from "../../gen/runtime/v1/ContainerStatsRequest.ts";
import type { ListContainerStatsRequestOutput } from "../../gen/runtime/v1/ListContainerStatsRequest.ts";
import type { ContainerStatsFilter } from "../../model/request.ts";
import { decodeContainerStatsFilter } from "./decode-filters.ts";
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
