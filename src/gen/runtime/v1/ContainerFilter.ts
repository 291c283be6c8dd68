// Original file: proto/runtime/v1/api.proto

import type { ContainerStateValue as _runtime_v1_ContainerStateValue, ContainerStateValueOutput as _runtime_v1_ContainerStateValueOutput } from '../../runtime/v1/ContainerStateValue.ts';

/**
 * All that is set must match.
 */
export interface ContainerFilter {
  'id'?: (string);
  'state'?: (_runtime_v1_ContainerStateValue | null);
  'podSandboxId'?: (string);
  /**
   * Each of these labels with exactly this value.
   */
  'labelSelector'?: ({[key: string]: string});
}

/**
 * All that is set must match.
 */
export interface ContainerFilterOutput {
  'id': (string);
  'state': (_runtime_v1_ContainerStateValueOutput | null);
  'podSandboxId': (string);
  /**
   * Each of these labels with exactly this value.
   */
  'labelSelector': ({[key: string]: string});
}
