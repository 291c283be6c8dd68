// Original file: proto/runtime/v1/api.proto

import type { MetricType as _runtime_v1_MetricType, MetricTypeOutput as _runtime_v1_MetricTypeOutput } from '../../runtime/v1/MetricType.ts';
import type { UInt64Value as _runtime_v1_UInt64Value, UInt64ValueOutput as _runtime_v1_UInt64ValueOutput } from '../../runtime/v1/UInt64Value.ts';
import type { Long } from '@grpc/proto-loader';

export interface Metric {
  'name'?: (string);
  /**
   * 0: measured for this answer.
   */
  'timestamp'?: (number | string | Long);
  'metricType'?: (_runtime_v1_MetricType);
  'labelValues'?: (string)[];
  'value'?: (_runtime_v1_UInt64Value | null);
}

export interface MetricOutput {
  'name': (string);
  /**
   * 0: measured for this answer.
   */
  'timestamp': (string);
  'metricType': (_runtime_v1_MetricTypeOutput);
  'labelValues': (string)[];
  'value': (_runtime_v1_UInt64ValueOutput | null);
}
