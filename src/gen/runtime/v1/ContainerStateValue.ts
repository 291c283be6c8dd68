// Original file: proto/runtime/v1/api.proto

import type { ContainerState as _runtime_v1_ContainerState, ContainerStateOutput as _runtime_v1_ContainerStateOutput } from '../../runtime/v1/ContainerState.ts';

export interface ContainerStateValue {
  'state'?: (_runtime_v1_ContainerState);
}

export interface ContainerStateValueOutput {
  'state': (_runtime_v1_ContainerStateOutput);
}
