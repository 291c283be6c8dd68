// Original file: proto/runtime/v1/api.proto

import type { ContainerStats as _runtime_v1_ContainerStats, ContainerStatsOutput as _runtime_v1_ContainerStatsOutput } from '../../runtime/v1/ContainerStats.ts';

export interface StreamContainerStatsResponse {
  'containerStats'?: (_runtime_v1_ContainerStats)[];
}

export interface StreamContainerStatsResponseOutput {
  'containerStats': (_runtime_v1_ContainerStatsOutput)[];
}
