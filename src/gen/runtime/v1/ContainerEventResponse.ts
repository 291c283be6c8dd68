// Original file: proto/runtime/v1/api.proto

import type { ContainerEventType as _runtime_v1_ContainerEventType, ContainerEventTypeOutput as _runtime_v1_ContainerEventTypeOutput } from '../../runtime/v1/ContainerEventType.ts';
import type { PodSandboxStatus as _runtime_v1_PodSandboxStatus, PodSandboxStatusOutput as _runtime_v1_PodSandboxStatusOutput } from '../../runtime/v1/PodSandboxStatus.ts';
import type { ContainerStatus as _runtime_v1_ContainerStatus, ContainerStatusOutput as _runtime_v1_ContainerStatusOutput } from '../../runtime/v1/ContainerStatus.ts';
import type { Long } from '@grpc/proto-loader';

export interface ContainerEventResponse {
  'containerId'?: (string);
  'containerEventType'?: (_runtime_v1_ContainerEventType);
  /**
   * When the event happened.
   */
  'createdAt'?: (number | string | Long);
  'podSandboxStatus'?: (_runtime_v1_PodSandboxStatus | null);
  'containersStatuses'?: (_runtime_v1_ContainerStatus)[];
}

export interface ContainerEventResponseOutput {
  'containerId': (string);
  'containerEventType': (_runtime_v1_ContainerEventTypeOutput);
  /**
   * When the event happened.
   */
  'createdAt': (string);
  'podSandboxStatus': (_runtime_v1_PodSandboxStatusOutput | null);
  'containersStatuses': (_runtime_v1_ContainerStatusOutput)[];
}
