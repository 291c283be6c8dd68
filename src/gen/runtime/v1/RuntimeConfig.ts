// Original file: proto/runtime/v1/api.proto

import type { NetworkConfig as _runtime_v1_NetworkConfig, NetworkConfigOutput as _runtime_v1_NetworkConfigOutput } from '../../runtime/v1/NetworkConfig.ts';

export interface RuntimeConfig {
  'networkConfig'?: (_runtime_v1_NetworkConfig | null);
}

export interface RuntimeConfigOutput {
  'networkConfig': (_runtime_v1_NetworkConfigOutput | null);
}
