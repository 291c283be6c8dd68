// Original file: proto/runtime/v1/api.proto

import type { PodSandboxState as _runtime_v1_PodSandboxState, PodSandboxStateOutput as _runtime_v1_PodSandboxStateOutput } from '../../runtime/v1/PodSandboxState.ts';

export interface PodSandboxStateValue {
  'state'?: (_runtime_v1_PodSandboxState);
}

export interface PodSandboxStateValueOutput {
  'state': (_runtime_v1_PodSandboxStateOutput);
}
