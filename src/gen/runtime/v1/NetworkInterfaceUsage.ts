// Original file: proto/runtime/v1/api.proto

import type { UInt64Value as _runtime_v1_UInt64Value, UInt64ValueOutput as _runtime_v1_UInt64ValueOutput } from '../../runtime/v1/UInt64Value.ts';

export interface NetworkInterfaceUsage {
  'name'?: (string);
  'rxBytes'?: (_runtime_v1_UInt64Value | null);
  'rxErrors'?: (_runtime_v1_UInt64Value | null);
  'txBytes'?: (_runtime_v1_UInt64Value | null);
  'txErrors'?: (_runtime_v1_UInt64Value | null);
}

export interface NetworkInterfaceUsageOutput {
  'name': (string);
  'rxBytes': (_runtime_v1_UInt64ValueOutput | null);
  'rxErrors': (_runtime_v1_UInt64ValueOutput | null);
  'txBytes': (_runtime_v1_UInt64ValueOutput | null);
  'txErrors': (_runtime_v1_UInt64ValueOutput | null);
}
