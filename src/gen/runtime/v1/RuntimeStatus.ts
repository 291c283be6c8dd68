// Original file: proto/runtime/v1/api.proto

import type { RuntimeCondition as _runtime_v1_RuntimeCondition, RuntimeConditionOutput as _runtime_v1_RuntimeConditionOutput } from '../../runtime/v1/RuntimeCondition.ts';

export interface RuntimeStatus {
  'conditions'?: (_runtime_v1_RuntimeCondition)[];
}

export interface RuntimeStatusOutput {
  'conditions': (_runtime_v1_RuntimeConditionOutput)[];
}
