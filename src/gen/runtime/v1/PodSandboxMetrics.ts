// Original file: proto/runtime/v1/api.proto

import type { Metric as _runtime_v1_Metric, MetricOutput as _runtime_v1_MetricOutput } from '../../runtime/v1/Metric.ts';
import type { ContainerMetrics as _runtime_v1_ContainerMetrics, ContainerMetricsOutput as _runtime_v1_ContainerMetricsOutput } from '../../runtime/v1/ContainerMetrics.ts';

export interface PodSandboxMetrics {
  'podSandboxId'?: (string);
  'metrics'?: (_runtime_v1_Metric)[];
  'containerMetrics'?: (_runtime_v1_ContainerMetrics)[];
}

export interface PodSandboxMetricsOutput {
  'podSandboxId': (string);
  'metrics': (_runtime_v1_MetricOutput)[];
  'containerMetrics': (_runtime_v1_ContainerMetricsOutput)[];
}
