// Original file: proto/runtime/v1/api.proto

import type { Container as _runtime_v1_Container, ContainerOutput as _runtime_v1_ContainerOutput } from '../../runtime/v1/Container.ts';

export interface StreamContainersResponse {
  'containers'?: (_runtime_v1_Container)[];
}

export interface StreamContainersResponseOutput {
  'containers': (_runtime_v1_ContainerOutput)[];
}
