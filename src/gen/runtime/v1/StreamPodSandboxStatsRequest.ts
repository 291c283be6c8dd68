// Original file: proto/runtime/v1/api.proto

import type { PodSandboxStatsFilter as _runtime_v1_PodSandboxStatsFilter, PodSandboxStatsFilterOutput as _runtime_v1_PodSandboxStatsFilterOutput } from '../../runtime/v1/PodSandboxStatsFilter.ts';

export interface StreamPodSandboxStatsRequest {
  'filter'?: (_runtime_v1_PodSandboxStatsFilter | null);
}

export interface StreamPodSandboxStatsRequestOutput {
  'filter': (_runtime_v1_PodSandboxStatsFilterOutput | null);
}
