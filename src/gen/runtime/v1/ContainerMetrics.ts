// Original file: proto/runtime/v1/api.proto

import type { Metric as _runtime_v1_Metric, MetricOutput as _runtime_v1_MetricOutput } from '../../runtime/v1/Metric.ts';

export interface ContainerMetrics {
  'containerId'?: (string);
  'metrics'?: (_runtime_v1_Metric)[];
}

export interface ContainerMetricsOutput {
  'containerId': (string);
  'metrics': (_runtime_v1_MetricOutput)[];
}
