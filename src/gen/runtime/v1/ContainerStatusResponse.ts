// Original file: proto/runtime/v1/api.proto

import type { ContainerStatus as _runtime_v1_ContainerStatus, ContainerStatusOutput as _runtime_v1_ContainerStatusOutput } from '../../runtime/v1/ContainerStatus.ts';

export interface ContainerStatusResponse {
  'status'?: (_runtime_v1_ContainerStatus | null);
  /**
   * For people: key to JSON text. Empty unless verbose was asked for.
   */
  'info'?: ({[key: string]: string});
}

export interface ContainerStatusResponseOutput {
  'status': (_runtime_v1_ContainerStatusOutput | null);
  /**
   * For people: key to JSON text. Empty unless verbose was asked for.
   */
  'info': ({[key: string]: string});
}
