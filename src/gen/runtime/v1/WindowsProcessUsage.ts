// Original file: proto/runtime/v1/api.proto

import type { UInt64Value as _runtime_v1_UInt64Value, UInt64ValueOutput as _runtime_v1_UInt64ValueOutput } from '../../runtime/v1/UInt64Value.ts';
import type { Long } from '@grpc/proto-loader';

export interface WindowsProcessUsage {
  'timestamp'?: (number | string | Long);
  'processCount'?: (_runtime_v1_UInt64Value | null);
}

export interface WindowsProcessUsageOutput {
  'timestamp': (string);
  'processCount': (_runtime_v1_UInt64ValueOutput | null);
}
