// Original file: proto/runtime/v1/api.proto

import type { ContainerFilter as _runtime_v1_ContainerFilter, ContainerFilterOutput as _runtime_v1_ContainerFilterOutput } from '../../runtime/v1/ContainerFilter.ts';

export interface ListContainersRequest {
  'filter'?: (_runtime_v1_ContainerFilter | null);
}

export interface ListContainersRequestOutput {
  'filter': (_runtime_v1_ContainerFilterOutput | null);
}
