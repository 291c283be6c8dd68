// Original file: proto/runtime/v1/api.proto

import type { PodSandboxMetrics as _runtime_v1_PodSandboxMetrics, PodSandboxMetricsOutput as _runtime_v1_PodSandboxMetricsOutput } from '../../runtime/v1/PodSandboxMetrics.ts';

export interface ListPodSandboxMetricsResponse {
  'podMetrics'?: (_runtime_v1_PodSandboxMetrics)[];
}

export interface ListPodSandboxMetricsResponseOutput {
  'podMetrics': (_runtime_v1_PodSandboxMetricsOutput)[];
}
