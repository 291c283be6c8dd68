// Original file: proto/runtime/v1/api.proto

import type { RuntimeConfig as _runtime_v1_RuntimeConfig, RuntimeConfigOutput as _runtime_v1_RuntimeConfigOutput } from '../../runtime/v1/RuntimeConfig.ts';

export interface UpdateRuntimeConfigRequest {
  'runtimeConfig'?: (_runtime_v1_RuntimeConfig | null);
}

export interface UpdateRuntimeConfigRequestOutput {
  'runtimeConfig': (_runtime_v1_RuntimeConfigOutput | null);
}
