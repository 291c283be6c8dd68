// Original file: proto/runtime/v1/api.proto

import type { PodSandboxStats as _runtime_v1_PodSandboxStats, PodSandboxStatsOutput as _runtime_v1_PodSandboxStatsOutput } from '../../runtime/v1/PodSandboxStats.ts';

export interface ListPodSandboxStatsResponse {
  'stats'?: (_runtime_v1_PodSandboxStats)[];
}

export interface ListPodSandboxStatsResponseOutput {
  'stats': (_runtime_v1_PodSandboxStatsOutput)[];
}
