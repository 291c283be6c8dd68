// Original file: proto/runtime/v1/api.proto

import type { PodSandboxStatus as _runtime_v1_PodSandboxStatus, PodSandboxStatusOutput as _runtime_v1_PodSandboxStatusOutput } from '../../runtime/v1/PodSandboxStatus.ts';
import type { ContainerStatus as _runtime_v1_ContainerStatus, ContainerStatusOutput as _runtime_v1_ContainerStatusOutput } from '../../runtime/v1/ContainerStatus.ts';
import type { Long } from '@grpc/proto-loader';

export interface PodSandboxStatusResponse {
  'status'?: (_runtime_v1_PodSandboxStatus | null);
  /**
   * For people: key to JSON text. Empty unless verbose was asked for.
   */
  'info'?: ({[key: string]: string});
  /**
   * Of the containers in the sandbox; for runtimes that tell events.
   */
  'containersStatuses'?: (_runtime_v1_ContainerStatus)[];
  /**
   * When these statuses were true.
   */
  'timestamp'?: (number | string | Long);
}

export interface PodSandboxStatusResponseOutput {
  'status': (_runtime_v1_PodSandboxStatusOutput | null);
  /**
   * For people: key to JSON text. Empty unless verbose was asked for.
   */
  'info': ({[key: string]: string});
  /**
   * Of the containers in the sandbox; for runtimes that tell events.
   */
  'containersStatuses': (_runtime_v1_ContainerStatusOutput)[];
  /**
   * When these statuses were true.
   */
  'timestamp': (string);
}
