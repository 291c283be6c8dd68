// Original file: proto/runtime/v1/api.proto

import type { UInt64Value as _runtime_v1_UInt64Value, UInt64ValueOutput as _runtime_v1_UInt64ValueOutput } from '../../runtime/v1/UInt64Value.ts';

export interface WindowsNetworkInterfaceUsage {
  'name'?: (string);
  'rxBytes'?: (_runtime_v1_UInt64Value | null);
  'rxPacketsDropped'?: (_runtime_v1_UInt64Value | null);
  'txBytes'?: (_runtime_v1_UInt64Value | null);
  'txPacketsDropped'?: (_runtime_v1_UInt64Value | null);
}

export interface WindowsNetworkInterfaceUsageOutput {
  'name': (string);
  'rxBytes': (_runtime_v1_UInt64ValueOutput | null);
  'rxPacketsDropped': (_runtime_v1_UInt64ValueOutput | null);
  'txBytes': (_runtime_v1_UInt64ValueOutput | null);
  'txPacketsDropped': (_runtime_v1_UInt64ValueOutput | null);
}
