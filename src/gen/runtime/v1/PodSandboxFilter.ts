// Original file: proto/runtime/v1/api.proto

import type { PodSandboxStateValue as _runtime_v1_PodSandboxStateValue, PodSandboxStateValueOutput as _runtime_v1_PodSandboxStateValueOutput } from '../../runtime/v1/PodSandboxStateValue.ts';

/**
 * All that is set must match.
 */
export interface PodSandboxFilter {
  'id'?: (string);
  'state'?: (_runtime_v1_PodSandboxStateValue | null);
  /**
   * Each of these labels with exactly this value.
   */
  'labelSelector'?: ({[key: string]: string});
}

/**
 * All that is set must match.
 */
export interface PodSandboxFilterOutput {
  'id': (string);
  'state': (_runtime_v1_PodSandboxStateValueOutput | null);
  /**
   * Each of these labels with exactly this value.
   */
  'labelSelector': ({[key: string]: string});
}
