// Original file: proto/runtime/v1/api.proto

import type { ContainerStats as _runtime_v1_ContainerStats, ContainerStatsOutput as _runtime_v1_ContainerStatsOutput } from '../../runtime/v1/ContainerStats.ts';

export interface ContainerStatsResponse {
  'stats'?: (_runtime_v1_ContainerStats | null);
}

export interface ContainerStatsResponseOutput {
  'stats': (_runtime_v1_ContainerStatsOutput | null);
}
