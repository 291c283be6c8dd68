// Original file: proto/runtime/v1/api.proto

import type { ContainerStatsFilter as _runtime_v1_ContainerStatsFilter, ContainerStatsFilterOutput as _runtime_v1_ContainerStatsFilterOutput } from '../../runtime/v1/ContainerStatsFilter.ts';

export interface ListContainerStatsRequest {
  'filter'?: (_runtime_v1_ContainerStatsFilter | null);
}

export interface ListContainerStatsRequestOutput {
  'filter': (_runtime_v1_ContainerStatsFilterOutput | null);
}
