// Original file: proto/runtime/v1/api.proto

import type { NetworkInterfaceUsage as _runtime_v1_NetworkInterfaceUsage, NetworkInterfaceUsageOutput as _runtime_v1_NetworkInterfaceUsageOutput } from '../../runtime/v1/NetworkInterfaceUsage.ts';
import type { Long } from '@grpc/proto-loader';

export interface NetworkUsage {
  'timestamp'?: (number | string | Long);
  'defaultInterface'?: (_runtime_v1_NetworkInterfaceUsage | null);
  /**
   * All but the default one.
   */
  'interfaces'?: (_runtime_v1_NetworkInterfaceUsage)[];
}

export interface NetworkUsageOutput {
  'timestamp': (string);
  'defaultInterface': (_runtime_v1_NetworkInterfaceUsageOutput | null);
  /**
   * All but the default one.
   */
  'interfaces': (_runtime_v1_NetworkInterfaceUsageOutput)[];
}
