// Original file: proto/runtime/v1/api.proto

import type { UInt64Value as _runtime_v1_UInt64Value, UInt64ValueOutput as _runtime_v1_UInt64ValueOutput } from '../../runtime/v1/UInt64Value.ts';
import type { Long } from '@grpc/proto-loader';

export interface WindowsMemoryUsage {
  'timestamp'?: (number | string | Long);
  'workingSetBytes'?: (_runtime_v1_UInt64Value | null);
  'availableBytes'?: (_runtime_v1_UInt64Value | null);
  'pageFaults'?: (_runtime_v1_UInt64Value | null);
  'commitMemoryBytes'?: (_runtime_v1_UInt64Value | null);
}

export interface WindowsMemoryUsageOutput {
  'timestamp': (string);
  'workingSetBytes': (_runtime_v1_UInt64ValueOutput | null);
  'availableBytes': (_runtime_v1_UInt64ValueOutput | null);
  'pageFaults': (_runtime_v1_UInt64ValueOutput | null);
  'commitMemoryBytes': (_runtime_v1_UInt64ValueOutput | null);
}
